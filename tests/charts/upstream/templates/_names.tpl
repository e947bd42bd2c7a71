{{- define "name" }}{{ contains .Chart.Name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) }}{{ end }}
{{- define "labels" -}}
chart: {{ .Chart.Name }}-{{ .Chart.Version }}
heritage: {{ .Release.Service }}
app: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end }}
