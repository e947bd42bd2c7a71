{{/* A pod that Pod Security "restricted" takes, with the claim or claim template NAME as /data. */}}
{{- define "pod" }}
terminationGracePeriodSeconds: 1
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  seccompProfile: {type: RuntimeDefault}
containers:
  - name: writer
    image: localhost/busybox:1
    command: [sh, -c, 'echo "$POD_UID" >>/data/tokens && exec sleep infinity']
    env:
      - {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
    readinessProbe: {exec: {command: [sh, -c, 'grep -q "$POD_UID" /data/tokens']}, periodSeconds: 1}
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: {drop: [ALL]}
      readOnlyRootFilesystem: true
    volumeMounts:
      - {name: {{ . }}, mountPath: /data}
{{- end }}
