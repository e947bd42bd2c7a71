{{- define "nfs-subdir-provisioner.podSpec" -}}
serviceAccountName: {{ include "nfs-subdir-provisioner.serviceAccountName" . }}
{{- if .Values.serviceAccount.projectedToken.enabled }}
automountServiceAccountToken: false
{{- else if not .Values.serviceAccount.automount }}
automountServiceAccountToken: true
{{- end }}
terminationGracePeriodSeconds: {{ int64 .Values.terminationGracePeriodSeconds }}
{{- include "nfs-subdir-provisioner.placement" .Values }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
{{- range . }}
{{- $own := dict "labelSelector" (dict "matchLabels" (include "nfs-subdir-provisioner.selectorLabels" $ | fromYaml)) }}
  - {{ hasKey . "labelSelector" | ternary . (merge (deepCopy .) $own) | toYaml | nindent 4 | trim }}
{{- end }}
{{- end }}
{{- with include "nfs-subdir-provisioner.pullSecrets" . | fromYamlArray }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "nfs-subdir-provisioner.network" .Values }}
{{- range $field := list "runtimeClassName" "schedulerName" }}
{{- with get $.Values $field }}
{{ $field }}: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: nfs-subdir-external-provisioner
    {{- include "nfs-subdir-provisioner.container" . | nindent 4 }}
  {{- with .Values.sidecars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: {{ .Values.nfs.volumeName }}
    {{- include "nfs-subdir-provisioner.exportVolume" . | nindent 4 }}
  {{- if .Values.serviceAccount.projectedToken.enabled }}
  - name: service-account
    {{- include "nfs-subdir-provisioner.tokenVolume" . | nindent 4 }}
  {{- end }}
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "nfs-subdir-provisioner.network" -}}
{{- if .hostNetwork }}
hostNetwork: true
{{- end }}
{{- with .hostNetwork | ternary (default "ClusterFirstWithHostNet" .dnsPolicy) .dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* Where pods run, from values that have these names. The program is one for Linux: nodes may have other systems. */ -}}
{{- define "nfs-subdir-provisioner.placement" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
nodeSelector:
  {{- merge (.nodeSelector | default dict | deepCopy) (dict "kubernetes.io/os" "linux") | toYaml | nindent 2 }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "nfs-subdir-provisioner.container" -}}
image: {{ include "nfs-subdir-provisioner.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.extraArgs }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
env:
  {{- include "nfs-subdir-provisioner.environment" . | nindent 2 }}
{{- if .Values.http.enabled }}
ports:
  - name: http
    containerPort: {{ int .Values.http.port }}
    protocol: TCP
{{- range $probe, $path := dict "livenessProbe" "/healthz" "readinessProbe" "/readyz" "startupProbe" "/healthz" }}
{{- with get $.Values $probe }}
{{ $probe }}:
  {{- include "nfs-subdir-provisioner.probe" (list . $path) | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
{{- with include "nfs-subdir-provisioner.ownResources" . }}
{{ . }}
{{- end }}
{{- with include "nfs-subdir-provisioner.securityContext" . }}
{{ . }}
{{- end }}
{{- with .Values.lifecycle }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: {{ .Values.nfs.volumeName }}
    mountPath: /persistentvolumes
  {{- if .Values.serviceAccount.projectedToken.enabled }}
  - name: service-account
    mountPath: /var/run/secrets/kubernetes.io/serviceaccount
    readOnly: true
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "nfs-subdir-provisioner.environment" -}}
{{- $cluster := .Values.cluster | default dict -}}
{{- $takeOver := $cluster.takeOver | default "ask" -}}
{{- $optional := dict "NFS_DEFAULT_MODE" .Values.nfs.defaultMode "NFS_DEFAULT_UID" .Values.nfs.defaultUid "NFS_DEFAULT_GID" .Values.nfs.defaultGid "LEASE_DURATION" .Values.leaderElection.leaseDuration "RENEW_DEADLINE" .Values.leaderElection.renewDeadline "RETRY_PERIOD" .Values.leaderElection.retryPeriod "CLUSTER_ID" $cluster.id "CLUSTER_NAME" $cluster.name "TRASH_RETENTION" .Values.trashRetention "TAKE_OVER" (eq $takeOver "ask" | ternary "" $takeOver) -}}
- name: PROVISIONER_NAME
  value: {{ include "nfs-subdir-provisioner.provisionerName" . | quote }}
- name: NFS_SERVER
  value: {{ include "nfs-subdir-provisioner.server" . | quote }}
- name: NFS_PATH
  value: {{ include "nfs-subdir-provisioner.path" . | quote }}
{{- if not .Values.leaderElection.enabled }}
- name: ENABLE_LEADER_ELECTION
  value: "false"
{{- end }}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef: {fieldPath: metadata.namespace}
- name: BINDING
  value: {{ .Values.binding }}
- name: WORKERS
  value: {{ .Values.workers | quote }}
- name: HTTP_ADDRESS
  value: {{ .Values.http.enabled | ternary (printf ":%d" (int .Values.http.port)) "off" | quote }}
- name: LOG_LEVEL
  value: {{ .Values.log.level }}
- name: LOG_FORMAT
  value: {{ .Values.log.format }}
{{- range $name, $value := $optional }}
{{- with include "nfs-subdir-provisioner.text" $value }}
- name: {{ $name }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "nfs-subdir-provisioner.exportVolume" -}}
{{- if .Values.buildMode -}}
emptyDir: {}
{{- else if include "nfs-subdir-provisioner.throughClaim" . -}}
persistentVolumeClaim:
  claimName: pvc-{{ include "nfs-subdir-provisioner.fullname" . }}
{{- else -}}
nfs:
  server: {{ include "nfs-subdir-provisioner.server" . | quote }}
  path: {{ include "nfs-subdir-provisioner.path" . | quote }}
{{- end }}
{{- end -}}

{{- define "nfs-subdir-provisioner.tokenVolume" -}}
projected:
  sources:
    - serviceAccountToken:
        path: token
        expirationSeconds: {{ int64 .Values.serviceAccount.projectedToken.expirationSeconds }}
        {{- with .Values.serviceAccount.projectedToken.audience }}
        audience: {{ . | quote }}
        {{- end }}
    - configMap:
        name: kube-root-ca.crt
        items: [{key: ca.crt, path: ca.crt}]
    - downwardAPI:
        items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]
{{- end -}}
