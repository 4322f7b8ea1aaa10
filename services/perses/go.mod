module dwaybank.example/services/perses

go 1.26.5

require github.com/perses/perses v0.52.0
