{{- /* Helm merges this chart's defaults under the values that a user gives. What follows keeps the two from giving objects that the API server refuses. */ -}}

{{- /* A quantity of Kubernetes as a number. */ -}}
{{- define "nfs-subdir-provisioner.quantity" -}}
{{- if kindIs "string" . -}}
{{- $factors := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 -}}
{{- mulf (regexFind "^[0-9.]+" . | float64) (get $factors (regexReplaceAll "^[0-9.]+" . "") | default 1.0) -}}
{{- else -}}
{{- float64 . -}}
{{- end -}}
{{- end -}}

{{- /* Takes (list resources default), where `default` is what values.yaml has. Of a request and a smaller limit the one that is a default gives way. */ -}}
{{- define "nfs-subdir-provisioner.resources" -}}
{{- $resources := index . 0 | default dict | deepCopy -}}
{{- $default := index . 1 -}}
{{- range $name, $request := $resources.requests -}}
{{- $limit := get ($resources.limits | default dict) $name -}}
{{- if and $request $limit -}}
{{- if gt (include "nfs-subdir-provisioner.quantity" $request | float64) (include "nfs-subdir-provisioner.quantity" $limit | float64) -}}
{{- if eq (toString $limit) (dig "limits" $name "" $default) -}}
{{- $_ := set $resources "limits" (omit $resources.limits $name) -}}
{{- else if eq (toString $request) (dig "requests" $name "" $default) -}}
{{- $_ := set $resources.requests $name $limit -}}
{{- else -}}
{{- fail (printf "resources: the request for %s (%v) is above the limit (%v)" $name $request $limit) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with $resources -}}
resources:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.ownResources" -}}
{{- include "nfs-subdir-provisioner.resources" (list .Values.resources (dict "requests" (dict "cpu" "10m" "memory" "32Mi") "limits" (dict "memory" "512Mi"))) -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.tuningResources" -}}
{{- include "nfs-subdir-provisioner.resources" (list .Values.nodeTuning.resources (dict "requests" (dict "cpu" "1m" "memory" "8Mi") "limits" (dict "memory" "32Mi"))) -}}
{{- end -}}

{{- /* The container's: who asks for a privileged one cannot at the same time forbid what that means. */ -}}
{{- define "nfs-subdir-provisioner.securityContext" -}}
{{- $context := .Values.securityContext | default dict -}}
{{- $added := dig "capabilities" "add" list $context | default list -}}
{{- if or $context.privileged (has "SYS_ADMIN" $added) (has "CAP_SYS_ADMIN" $added) -}}
{{- $context = omit $context "allowPrivilegeEscalation" -}}
{{- end -}}
{{- with $context -}}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- /* Takes (list probe path): asks `http`, unless the probe has a way to ask of its own. */ -}}
{{- define "nfs-subdir-provisioner.probe" -}}
{{- $probe := index . 0 -}}
{{- if not (or (hasKey $probe "httpGet") (hasKey $probe "exec") (hasKey $probe "tcpSocket") (hasKey $probe "grpc")) -}}
{{- $probe = merge (dict "httpGet" (dict "path" (index . 1) "port" "http")) $probe -}}
{{- end -}}
{{- toYaml $probe -}}
{{- end -}}
