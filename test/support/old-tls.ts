/** Bash: has nginx speak an old protocol, a weak cipher and a curve too many, in the folder of its configuration. */
export const OLD_TLS = `sed -i -e 's/^ssl_protocols .*/ssl_protocols TLSv1 TLSv1.2 TLSv1.3;/' -e '/^ssl_ecdh_curve/d' \\
  -e 's/^ssl_ciphers .*/ssl_ciphers ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0;/' tls.conf`
