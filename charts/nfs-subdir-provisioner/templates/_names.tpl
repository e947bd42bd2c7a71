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

{{- define "nfs-subdir-provisioner.podLabels" -}}
{{ include "nfs-subdir-provisioner.selectorLabels" . }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "nfs-subdir-provisioner.labels" -}}
chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
heritage: {{ .Release.Service }}
{{ include "nfs-subdir-provisioner.podLabels" . }}
{{- end -}}

{{- /* Of pods that are not the provisioner's: its selectors must not find them. Takes (list $ "part"). */ -}}
{{- define "nfs-subdir-provisioner.partLabels" -}}
app: {{ printf "%s-%s" (include "nfs-subdir-provisioner.name" (index . 0) | trunc 50 | trimSuffix "-") (index . 1) }}
release: {{ (index . 0).Release.Name }}
{{- end -}}

{{- define "nfs-subdir-provisioner.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- .Values.image.digest | empty | ternary (printf ":%s" $tag) (printf "@%s" .Values.image.digest) | printf "%s%s" .Values.image.repository -}}
{{- end -}}

{{- /* "true" when the export is mounted through a PersistentVolume and a claim. */ -}}
{{- define "nfs-subdir-provisioner.throughClaim" -}}
{{- if and (or .Values.nfs.mountOptions .Values.nfs.useClaim) (not .Values.buildMode) }}true{{ end -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.server" -}}
{{- required "nfs.server is not set: name the NFS server as the nodes reach it, --set nfs.server=nfs.example.com" .Values.nfs.server -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.path" -}}
{{- and .Values.asUpstream (eq .Values.nfs.path "/data/nfs") | ternary "/nfs-storage" .Values.nfs.path -}}
{{- end -}}
