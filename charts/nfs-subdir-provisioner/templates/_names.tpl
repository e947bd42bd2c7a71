{{- /* Names and labels. Templates' names are shared by all charts of a release, so each begins with this chart's. The objects' names are those of upstream's chart, so that its releases can be upgraded in place: a Deployment's selector cannot change. */ -}}

{{- /* What the names of the objects end in. An alias of the chart in an umbrella is .Chart.Name, as with upstream's: each is an install of its own. */ -}}
{{- define "nfs-subdir-provisioner.baseName" -}}
{{- $own := eq .Chart.Name "nfs-subdir-provisioner" | ternary "nfs-subdir-external-provisioner" .Chart.Name -}}
{{- default $own .Values.nameOverride -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.name" -}}
{{- include "nfs-subdir-provisioner.baseName" . | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.fullname" -}}
{{- $name := include "nfs-subdir-provisioner.baseName" . -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.provisionerName" -}}
{{- default (printf "cluster.local/%s" (include "nfs-subdir-provisioner.fullname" .)) .Values.storageClass.provisionerName -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.serviceAccountName" -}}
{{- .Values.serviceAccount.create | ternary (include "nfs-subdir-provisioner.fullname" .) "default" | default .Values.serviceAccount.name -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.selectorLabels" -}}
app: {{ include "nfs-subdir-provisioner.name" . }}
release: {{ .Release.Name }}
{{- end -}}

{{- /* Kubernetes' recommended labels. Takes (list $ component). */ -}}
{{- define "nfs-subdir-provisioner.recommendedLabels" -}}
{{- $top := index . 0 -}}
app.kubernetes.io/name: {{ include "nfs-subdir-provisioner.name" $top }}
app.kubernetes.io/instance: {{ $top.Release.Name }}
app.kubernetes.io/version: {{ $top.Chart.AppVersion | quote }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: nfs-subdir-provisioner
app.kubernetes.io/managed-by: {{ $top.Release.Service }}
{{- end -}}

{{- /* Takes (list $ component fixed more): a map of labels that nobody may replace, and a list of maps, of which the first wins. */ -}}
{{- define "nfs-subdir-provisioner.mergedLabels" -}}
{{- $recommended := include "nfs-subdir-provisioner.recommendedLabels" (list (index . 0) (index . 1)) | fromYaml -}}
{{- $all := deepCopy (index . 2) -}}
{{- range index . 3 -}}
{{- $all = merge $all (. | default dict) -}}
{{- end -}}
{{- merge $all ((index . 0).Values.labels | default dict) $recommended | toYaml -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.podLabels" -}}
{{- include "nfs-subdir-provisioner.mergedLabels" (list . "provisioner" (include "nfs-subdir-provisioner.selectorLabels" . | fromYaml) (list .Values.podLabels)) -}}
{{- end -}}

{{- /* Of objects; further maps are labels of one of them. Takes (list $ more..). */ -}}
{{- define "nfs-subdir-provisioner.labelsWith" -}}
{{- $top := first . -}}
{{- $chart := printf "%s-%s" $top.Chart.Name $top.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $fixed := include "nfs-subdir-provisioner.selectorLabels" $top | fromYaml | merge (dict "chart" $chart "heritage" $top.Release.Service "helm.sh/chart" $chart) -}}
{{- include "nfs-subdir-provisioner.mergedLabels" (list $top "provisioner" $fixed (rest .)) -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.labels" -}}
{{- include "nfs-subdir-provisioner.labelsWith" (list .) -}}
{{- end -}}

{{- /* By which pods are found that are not the provisioner's: its selectors must not find them. Takes (list $ "part"). */ -}}
{{- define "nfs-subdir-provisioner.partSelector" -}}
app: {{ printf "%s-%s" (include "nfs-subdir-provisioner.name" (index . 0) | trunc 50 | trimSuffix "-") (index . 1) }}
release: {{ (index . 0).Release.Name }}
{{- end -}}

{{- define "nfs-subdir-provisioner.partLabels" -}}
{{- include "nfs-subdir-provisioner.mergedLabels" (list (index . 0) (index . 1) (include "nfs-subdir-provisioner.partSelector" . | fromYaml) list) -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* A registry of all images of an umbrella, or of this one, goes before a repository that names none. */ -}}
{{- define "nfs-subdir-provisioner.repository" -}}
{{- $registry := default .Values.image.registry (.Values.global | default dict).imageRegistry | default "" | trimSuffix "/" -}}
{{- $first := splitList "/" .Values.image.repository | first -}}
{{- $named := and (contains "/" .Values.image.repository) (or (contains "." $first) (contains ":" $first) (eq $first "localhost")) -}}
{{- if and $registry (not $named) }}{{ $registry }}/{{ end }}{{ .Values.image.repository -}}
{{- end -}}

{{- /* As a list; a secret may be its name alone. */ -}}
{{- define "nfs-subdir-provisioner.pullSecrets" -}}
{{- $secrets := list -}}
{{- range concat ((.Values.global | default dict).imagePullSecrets | default list) (.Values.imagePullSecrets | default list) -}}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) -}}
{{- end -}}
{{- uniq $secrets | toYaml -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- .Values.image.digest | empty | ternary (printf ":%s" $tag) (printf "@%s" .Values.image.digest) | printf "%s%s" (include "nfs-subdir-provisioner.repository" .) -}}
{{- end -}}

{{- /* "true" when the export is mounted through a PersistentVolume and a claim. */ -}}
{{- define "nfs-subdir-provisioner.throughClaim" -}}
{{- if and (or .Values.nfs.mountOptions .Values.nfs.useClaim) (not .Values.buildMode) }}true{{ end -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.server" -}}
{{- required "nfs.server is not set: name the NFS server as the nodes reach it, --set nfs.server=nfs.example.com" .Values.nfs.server -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.path" -}}
{{- .Values.nfs.path | default (.Values.asUpstream | ternary "/nfs-storage" "/data/nfs") -}}
{{- end -}}

{{- /* Fails when a path or a provisioner's name that nobody has set is another one than the release serves: the volumes would be looked for in another directory, or by nobody. Upstream's default path is not this chart's. */ -}}
{{- define "nfs-subdir-provisioner.checkServed" -}}
{{- if .Release.IsUpgrade -}}
{{- $live := lookup "apps/v1" "Deployment" (include "nfs-subdir-provisioner.namespace" .) (include "nfs-subdir-provisioner.fullname" .) -}}
{{- range dig "spec" "template" "spec" "containers" list $live -}}
{{- range .env -}}
{{- if and (eq .name "NFS_PATH") (not $.Values.nfs.path) (ne .value (include "nfs-subdir-provisioner.path" $)) -}}
{{- fail (printf "nfs.path is not set, and the release serves %s, not this chart's default: --set nfs.path=%s" .value .value) -}}
{{- end -}}
{{- if and (eq .name "PROVISIONER_NAME") (not $.Values.storageClass.provisionerName) (ne .value (include "nfs-subdir-provisioner.provisionerName" $)) -}}
{{- fail (printf "storageClass.provisionerName is not set, and the release serves as %s: nobody would serve its volumes. Keep the name: --set storageClass.provisionerName=%s" .value .value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
