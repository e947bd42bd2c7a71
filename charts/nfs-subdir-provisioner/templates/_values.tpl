{{- /* Makes the values what the templates take them for, and refuses what cannot work, in one line that says what to do: the schema cannot. Every template that uses values calls it first, since helm decides which is rendered first; again it changes nothing. */ -}}
{{- define "nfs-subdir-provisioner.prepare" -}}
{{- include "nfs-subdir-provisioner.checkComplete" . -}}
{{- include "nfs-subdir-provisioner.fillBlocks" .Values -}}
{{- include "nfs-subdir-provisioner.readBooleans" . -}}
{{- include "nfs-subdir-provisioner.checkServer" .Values -}}
{{- include "nfs-subdir-provisioner.checkImage" .Values.image -}}
{{- include "nfs-subdir-provisioner.checkReplicas" .Values -}}
{{- if not (kindIs "invalid" .Values.mountOptions) -}}
{{- fail "mountOptions is no value of this chart, nor was it of upstream's: write nfs.mountOptions" -}}
{{- end -}}
{{- if and .Values.nfs.mountOptions (kindIs "string" .Values.nfs.mountOptions) -}}
{{- fail (printf "nfs.mountOptions is the text %q: write a list, nfs.mountOptions: [%s]" .Values.nfs.mountOptions (.Values.nfs.mountOptions | replace "," ", ")) -}}
{{- end -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.checkComplete" -}}
{{- if not (and .Values.http .Values.log .Values.test) -}}
{{- fail "values of this chart are missing. With --reuse-values helm takes the defaults of the chart before: use --reset-then-reuse-values" -}}
{{- end -}}
{{- end -}}

{{- /* What a release of an older version of this chart does not have: --reuse-values brings none. */ -}}
{{- define "nfs-subdir-provisioner.fillBlocks" -}}
{{- $_ := set . "httpRoute" (.httpRoute | default (dict "enabled" false)) -}}
{{- range $key := list "asUpstream" "hostNetwork" -}}
{{- $_ := set $ $key (get $ $key | default false) -}}
{{- end -}}
{{- if not (hasKey .serviceAccount "automount") -}}
{{- $_ := set .serviceAccount "automount" true -}}
{{- end -}}
{{- end -}}

{{- /* Helm's --set-string, Terraform and Ansible write true and false as text, and every text is true to a template. A test compares this list with the schema. */ -}}
{{- define "nfs-subdir-provisioner.readBooleans" -}}
{{- $ofClass := list "defaultClass" "allowVolumeExpansion" "allowDirectoryAnnotations" "restoreAcrossNamespaceUid" "allowTenantPaths" -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list .Values "buildMode" "asUpstream" "hostNetwork") -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list .Values.nfs "useClaim") -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (concat (list .Values.storageClass "create" "keepUpstream") $ofClass) -}}
{{- range .Values.storageClasses -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (prepend $ofClass .) -}}
{{- end -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list .Values.rbac "create") -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list .Values.serviceAccount "create" "automount") -}}
{{- range $block := list "serviceMonitor" "podMonitor" -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list (get $.Values $block) "honorLabels") -}}
{{- end -}}
{{- range $block := list "leaderElection" "podSecurityPolicy" "http" "podDisruptionBudget" "service" "ingress" "httpRoute" "networkPolicy" "serviceMonitor" "podMonitor" "prometheusRule" "dashboard" "nodeTuning" "test" -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list (get $.Values $block) "enabled") -}}
{{- end -}}
{{- include "nfs-subdir-provisioner.readBooleansOf" (list .Values.serviceAccount.projectedToken "enabled") -}}
{{- end -}}

{{- /* Takes (list map key..). What is not there stays away. */ -}}
{{- define "nfs-subdir-provisioner.readBooleansOf" -}}
{{- $map := first . -}}
{{- range $key := rest . -}}
{{- if and $map (hasKey $map $key) -}}
{{- $_ := set $map $key (get $map $key | toString | lower | eq "true") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.checkServer" -}}
{{- $server := .nfs.server | toString -}}
{{- if contains "/" $server -}}
{{- $path := regexReplaceAll "^[a-z]+://" $server "" | regexFind "/.*$" -}}
{{- fail (printf "nfs.server is %q: name the server alone, and the exported directory as nfs.path%s" $server ($path | empty | ternary "" (printf "=%s" $path))) -}}
{{- end -}}
{{- if regexMatch "\\s" $server -}}
{{- fail (printf "nfs.server is %q: a server's name has no blanks" $server) -}}
{{- end -}}
{{- end -}}

{{- /* An image of upstream's program, or a mirror of one, from a values file of its chart: by the last component of its name and by the tag. That program knows nothing of this chart's classes, probes and directories. */ -}}
{{- define "nfs-subdir-provisioner.checkImage" -}}
{{- if kindIs "float64" .tag -}}
{{- fail "image.tag is a number: write it in quotes, a number loses its zeros" -}}
{{- end -}}
{{- $name := regexFind "[^/]*$" .repository -}}
{{- if contains ":" $name -}}
{{- fail (printf "image.repository %q has a tag: write that as image.tag" .repository) -}}
{{- end -}}
{{- $theirs := regexMatch "^nfs-(subdir-external|client)-provisioner" $name -}}
{{- $tag := .tag | default "" -}}
{{- if and (not .digest) (or (regexMatch "(^|-)v4\\.0\\.[0-9]" $tag) (and $theirs (regexMatch "^(|latest|v[1-4]\\..*)$" $tag))) -}}
{{- fail (printf "image %s:%s is upstream's program: take image.repository and image.tag out of your values, and set image.repository to where you have this program's image" .repository ($tag | default "v4.0.2")) -}}
{{- end -}}
{{- end -}}

{{- define "nfs-subdir-provisioner.checkReplicas" -}}
{{- if not .leaderElection.enabled -}}
{{- if gt (int .replicaCount) 1 -}}
{{- fail (printf "replicaCount is %d without leader election: all pods would act on the same claims. Set leaderElection.enabled=true" (int .replicaCount)) -}}
{{- end -}}
{{- if eq .strategyType "RollingUpdate" -}}
{{- fail "strategyType is RollingUpdate without leader election: during an update two pods would act on the same claims. Set leaderElection.enabled=true, or strategyType=Recreate" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* A value as text; nothing for none. Helm's numbers are floating: large ones would be written as 1e+09, and from 2^53 on they are no longer those that were written. */ -}}
{{- define "nfs-subdir-provisioner.text" -}}
{{- if kindIs "float64" . -}}
{{- if or (gt . 9007199254740991.0) (lt . -9007199254740991.0) -}}
{{- fail (printf "the number %.0f in the values is too large to be kept as it was written: write it in quotes" .) -}}
{{- end -}}
{{ int64 . }}
{{- else if not (kindIs "invalid" .) }}{{ toString . }}{{ end -}}
{{- end -}}

{{- /* A number of pods, which may stand there as text, or a percentage; nothing for none. */ -}}
{{- define "nfs-subdir-provisioner.count" -}}
{{- if hasSuffix "%" (toString .) -}}
{{- quote . -}}
{{- else -}}
{{- include "nfs-subdir-provisioner.text" . -}}
{{- end -}}
{{- end -}}
