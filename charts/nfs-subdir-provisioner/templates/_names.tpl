{{- /* Names and labels. They are those of upstream's chart, so that its releases can be upgraded in place: a Deployment's selector cannot change. */ -}}

{{- define "nfs.name" -}}
{{- default "nfs-subdir-external-provisioner" .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "nfs.fullname" -}}
{{- $name := default "nfs-subdir-external-provisioner" .Values.nameOverride -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "nfs.provisionerName" -}}
{{- default (printf "cluster.local/%s" (include "nfs.fullname" .)) .Values.storageClass.provisionerName -}}
{{- end -}}

{{- define "nfs.serviceAccountName" -}}
{{- .Values.serviceAccount.create | ternary (include "nfs.fullname" .) "default" | default .Values.serviceAccount.name -}}
{{- end -}}

{{- define "nfs.selectorLabels" -}}
app: {{ include "nfs.name" . }}
release: {{ .Release.Name }}
{{- end -}}

{{- define "nfs.podLabels" -}}
{{ include "nfs.selectorLabels" . }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "nfs.labels" -}}
chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
heritage: {{ .Release.Service }}
{{ include "nfs.podLabels" . }}
{{- end -}}

{{- /* Of pods that are not the provisioner's: its selectors must not find them. Takes (list $ "part"). */ -}}
{{- define "nfs.partLabels" -}}
app: {{ printf "%s-%s" (include "nfs.name" (index . 0) | trunc 50 | trimSuffix "-") (index . 1) }}
release: {{ (index . 0).Release.Name }}
{{- end -}}

{{- define "nfs.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- .Values.image.digest | empty | ternary (printf ":%s" $tag) (printf "@%s" .Values.image.digest) | printf "%s%s" .Values.image.repository -}}
{{- end -}}

{{- /* "true" when a values file of upstream's chart names upstream's program, which answers no probes. */ -}}
{{- define "nfs.upstreamImage" -}}
{{- if contains "nfs-subdir-external-provisioner" .Values.image.repository }}true{{ end -}}
{{- end -}}

{{- /* "true" when the export is mounted through a PersistentVolume and a claim. */ -}}
{{- define "nfs.throughClaim" -}}
{{- if and (or .Values.nfs.mountOptions .Values.nfs.useClaim) (not .Values.buildMode) }}true{{ end -}}
{{- end -}}

{{- define "nfs.server" -}}
{{- required "nfs.server is not set: name the NFS server as the nodes reach it, --set nfs.server=nfs.example.com" .Values.nfs.server -}}
{{- end -}}

{{- /* A value as text; nothing for none. Helm's numbers are floating, and large ones would be written as 1e+09. */ -}}
{{- define "nfs.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else if not (kindIs "invalid" .) }}{{ toString . }}{{ end -}}
{{- end -}}

{{- /* For the template that is rendered first: that of the longest path. The schema cannot say what to do. */ -}}
{{- define "nfs.checkValues" -}}
{{- if not (and .Values.http .Values.log .Values.test) -}}
{{- fail "values of this chart are missing. With --reuse-values helm takes the defaults of the chart before: use --reset-then-reuse-values" -}}
{{- end -}}
{{- end -}}
