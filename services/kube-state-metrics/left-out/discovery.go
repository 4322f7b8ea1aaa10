// Package discovery without what custom resources need, for which a client of each kind of object would be built in: the
// bank has none.
package discovery

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"k8s.io/kube-state-metrics/v2/internal/store"
	"k8s.io/kube-state-metrics/v2/pkg/customresource"
	"k8s.io/kube-state-metrics/v2/pkg/metricshandler"
	"k8s.io/kube-state-metrics/v2/pkg/options"
)

var errLeftOut = errors.New("custom resources are not part of this build")

// StartDiscovery refuses.
func (r *CRDiscoverer) StartDiscovery(context.Context, *rest.Config) error {
	return errLeftOut
}

// ResolveGVKToGVKPs refuses.
func (r *CRDiscoverer) ResolveGVKToGVKPs(schema.GroupVersionKind) ([]groupVersionKindPlural, error) {
	return nil, errLeftOut
}

// PollForCacheUpdates does nothing: it is asked for after what refuses.
func (r *CRDiscoverer) PollForCacheUpdates(
	context.Context,
	*options.Options,
	*store.Builder,
	*metricshandler.MetricsHandler,
	func() ([]customresource.RegistryFactory, error),
) {
}
