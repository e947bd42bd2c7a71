{{- define "upstream.app" }}{{ default .Chart.Name .Values.nameOverride }}{{ end }}
{{- define "upstream.name" }}{{ contains (include "upstream.app" .) .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name (include "upstream.app" .)) }}{{ end }}
{{- define "upstream.labels" -}}
chart: {{ .Chart.Name }}-{{ .Chart.Version }}
heritage: {{ .Release.Service }}
app: {{ include "upstream.app" . }}
release: {{ .Release.Name }}
{{- end }}
