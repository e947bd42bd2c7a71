{{- /* Fails when something is asked for that looks at a port which is not served. */ -}}
{{- define "nfs-subdir-provisioner.needsHttp" -}}
{{- if not .Values.http.enabled -}}
{{- fail "http.enabled is false, but a Service, Ingress, HTTPRoute or monitor for it is asked for" -}}
{{- end -}}
{{- end -}}

{{- /* Where Prometheus scrapes; from `serviceMonitor` or `podMonitor`. */ -}}
{{- define "nfs-subdir-provisioner.endpoint" -}}
port: http
path: /metrics
interval: {{ .interval }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- if .honorLabels }}
honorLabels: true
{{- end }}
{{- with .relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
