# Terraform's helm provider runs a real helm upgrade, which looks at the cluster. Its `set` may write true and numbers as
# text: the chart reads them as what they say.
resource "helm_release" "nfs" {
  name             = "nfs"
  namespace        = "storage"
  create_namespace = true
  chart            = "${path.module}/charts/nfs-subdir-provisioner"

  # Over a release of upstream's chart: `true` would keep values of that chart's defaults.
  reuse_values = false

  values = [<<-YAML
    image:
      repository: registry.example.com/nfs-subdir-provisioner
    nfs:
      server: nfs.example.com
      path: /data/nfs
  YAML
  ]
}
