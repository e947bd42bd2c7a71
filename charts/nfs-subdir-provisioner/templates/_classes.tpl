{{- /* All classes of the values, as {"items": [...]}: `storageClass`, then `storageClasses` with what they leave out filled in from it. */ -}}
{{- define "nfs-subdir-provisioner.classes" -}}
{{- $items := list -}}
{{- if .Values.storageClass.create -}}
{{- $items = append $items (include "nfs-subdir-provisioner.firstClass" .Values | fromJson) -}}
{{- end -}}
{{- range .Values.storageClasses -}}
{{- $class := omit $.Values.storageClass "name" "defaultClass" "annotations" "labels" -}}
{{- /* The older spelling in an entry would lose against the newer one that it inherits, and delete what it says to archive. */ -}}
{{- if and (hasKey . "archiveOnDelete") (not (hasKey . "onDelete")) -}}
{{- $class = omit $class "onDelete" -}}
{{- end -}}
{{- range $key, $value := . -}}
{{- $_ := set $class $key $value -}}
{{- end -}}
{{- $items = append $items $class -}}
{{- end -}}
{{- dict "items" $items | toJson -}}
{{- end -}}

{{- /* `storageClass`. With `asUpstream` what is not set is as with upstream's chart. */ -}}
{{- define "nfs-subdir-provisioner.firstClass" -}}
{{- $class := deepCopy .storageClass -}}
{{- $_ := set $class "name" (kindIs "invalid" $class.name | ternary (.asUpstream | ternary "nfs-client" "volumen-tipo-ivan") $class.name) -}}
{{- if .asUpstream -}}
{{- $_ := set $class "asUpstream" true -}}
{{- range $key := list "pathPattern" "onCreate" -}}
{{- if kindIs "invalid" (index $class $key) -}}
{{- $_ := set $class $key "" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $class | toJson -}}
{{- end -}}

{{- /* Unset is this chart's own, which empty is not: that is the program's. */ -}}
{{- define "nfs-subdir-provisioner.ownParameters" -}}
{{- $class := deepCopy . -}}
{{- range $key, $own := dict "pathPattern" "${.PVC.namespace}/${.PVC.name}" "onCreate" "restore" -}}
{{- if kindIs "invalid" (index $class $key) -}}
{{- $_ := set $class $key $own -}}
{{- end -}}
{{- end -}}
{{- $class | toJson -}}
{{- end -}}

{{- /* The parameters of a class: what is empty is left to the program's default. */ -}}
{{- define "nfs-subdir-provisioner.classParameters" -}}
{{- $parameters := dict "archiveOnDelete" (include "nfs-subdir-provisioner.text" .archiveOnDelete) -}}
{{- with include "nfs-subdir-provisioner.onDelete" . -}}
{{- $_ := set $parameters "onDelete" . -}}
{{- end -}}
{{- $class := include "nfs-subdir-provisioner.ownParameters" . | fromJson -}}
{{- range $key := list "pathPattern" "onCreate" "onExisting" "onMissingKey" "sharedDirectory" "directoryMode" "directoryUid" "directoryGid" "archiveRetention" "trashRetention" -}}
{{- with include "nfs-subdir-provisioner.text" (get $class $key) -}}
{{- $_ := set $parameters $key . -}}
{{- end -}}
{{- end -}}
{{- range $key := list "allowDirectoryAnnotations" "allowTenantPaths" "restoreAcrossNamespaceUid" -}}
{{- if get $ $key -}}
{{- $_ := set $parameters $key "true" -}}
{{- end -}}
{{- end -}}
{{- $parameters | toJson -}}
{{- end -}}

{{- /* The policy of a class's values; nothing where archiveOnDelete decides. Values of upstream's chart have true or Delete, which its program took for no policy. */ -}}
{{- define "nfs-subdir-provisioner.onDelete" -}}
{{- $word := .onDelete | default "" | toString -}}
{{- if .asUpstream -}}
{{- $word -}}
{{- else if has $word (list "archive" "delete" "retain") -}}
{{- $word -}}
{{- else if $word -}}
{{- if not (has (lower $word) (list "true" "false" "archive" "delete" "retain")) -}}
{{- fail (printf "onDelete of class %s is %q: write archive, delete or retain" (toString .name) $word) -}}
{{- end -}}
{{- if not (regexMatch "^([tT1]|true|True|TRUE)$" (include "nfs-subdir-provisioner.text" .archiveOnDelete)) -}}
{{- fail (printf "onDelete of class %s is %q, which upstream took for no policy, and archiveOnDelete is false: write onDelete: delete, archive or retain" (toString .name) $word) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The classes in the cluster that this release has, by name; nothing where templates are rendered without a cluster. Whoever makes no classes may not be allowed to look: then it is done for an upgrade alone, which could remove upstream's. */ -}}
{{- define "nfs-subdir-provisioner.liveClasses" -}}
{{- $mine := dict -}}
{{- $may_lose := and .Release.IsUpgrade .Values.storageClass.keepUpstream -}}
{{- if or (include "nfs-subdir-provisioner.classes" . | fromJson).items $may_lose -}}
{{- range (lookup "storage.k8s.io/v1" "StorageClass" "" "").items -}}
{{- $notes := default dict .metadata.annotations -}}
{{- if and (eq (get $notes "meta.helm.sh/release-name") $.Release.Name) (eq (get $notes "meta.helm.sh/release-namespace") $.Release.Namespace) -}}
{{- $_ := set $mine .metadata.name . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $mine | toJson -}}
{{- end -}}

{{- /* "true" when upstream's chart made this live class: its parameters, which nobody can change, stay as they are. This chart's classes have a mark. Upstream's are known by the version of their chart, since its name may be an alias. */ -}}
{{- define "nfs-subdir-provisioner.upstreamClass" -}}
{{- $notes := dig "metadata" "annotations" dict . | default dict -}}
{{- if hasKey $notes "nfs-subdir-provisioner.io/made-by-upstream" -}}
true
{{- else if not (hasKey $notes "nfs-subdir-provisioner.io/made-by") -}}
{{- if regexMatch "-[1-9][0-9]*\\.[0-9]+\\.[0-9]+" (dig "metadata" "labels" "chart" "" .) }}true{{ end -}}
{{- end -}}
{{- end -}}

{{- /* Takes (list $ class live). Fails when these values give the classes another provisioner than a class has: nobody would serve its volumes any more. */ -}}
{{- define "nfs-subdir-provisioner.checkProvisioner" -}}
{{- $top := index . 0 -}}
{{- $live := index . 1 -}}
{{- $to_be := include "nfs-subdir-provisioner.provisionerName" $top -}}
{{- if ne $to_be $live.provisioner -}}
{{- $app := dig "metadata" "labels" "app" "" $live -}}
{{- $renamed := and $app (ne $app (include "nfs-subdir-provisioner.name" $top)) (not $top.Values.storageClass.provisionerName) (not $top.Values.fullnameOverride) -}}
{{- $remedy := $renamed | ternary (printf "nameOverride=%s" $app) (printf "storageClass.provisionerName=%s" $live.provisioner) -}}
{{- fail (printf "StorageClass %s belongs to provisioner %q, these values name it %q, and nobody would serve the volumes that are there. Keep the name: --set %s" $live.metadata.name $live.provisioner $to_be $remedy) -}}
{{- end -}}
{{- end -}}

{{- /* Takes (list wanted live). Fails when the class would have to change what cannot change. */ -}}
{{- define "nfs-subdir-provisioner.checkClass" -}}
{{- $wanted := index . 0 -}}
{{- $live := index . 1 -}}
{{- range $field := list "reclaimPolicy" "volumeBindingMode" "parameters" -}}
{{- $is := default dict (get $live $field) | toJson -}}
{{- $to_be := default dict (get $wanted $field) | toJson -}}
{{- if ne $is $to_be -}}
{{- fail (printf "StorageClass %s has %s %s, these values give %s, and Kubernetes lets nobody change that. Let it be made anew, volumes are not touched by that: kubectl delete storageclass %s" $live.metadata.name $field $is $to_be $live.metadata.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Takes (list class names): what is wrong with a class of the values, beside those before it. */ -}}
{{- define "nfs-subdir-provisioner.checkNewClass" -}}
{{- $name := (index . 0).name | default "" | toString -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" $name) -}}
{{- fail (printf "storageClass.name is %q: a class is named by small letters, digits, - and . (or storageClass.create=false makes none)" $name) -}}
{{- end -}}
{{- if has $name (index . 1) -}}
{{- fail (printf "two classes are named %s" $name) -}}
{{- end -}}
{{- end -}}

{{- /* Takes (list parameters upstream's): why the program refuses claims of a class, and what to do; nothing if it does not. Of a class of upstream's chart a leading slash is taken as upstream took it. */ -}}
{{- define "nfs-subdir-provisioner.refusedPattern" -}}
{{- $parameters := index . 0 -}}
{{- $pattern := get $parameters "pathPattern" | default "" -}}
{{- $rest := regexReplaceAll "\\$\\{(\\.PVC\\.(name|namespace|uid)|\\.PV\\.name|cluster|\\.PVC\\.(labels|annotations)\\.[^}]+)\\}" $pattern "" -}}
{{- if and (hasPrefix "/" $pattern) (not (index . 1)) -}}
it begins with "/": take that away
{{- else if and (regexMatch "\\$\\{|\\{\\{" $rest) (ne (get $parameters "onMissingKey") "empty") -}}
it has a placeholder that is not known: write ${.PVC.namespace}, ${.PVC.name}, ${.PVC.labels.KEY} or ${.PVC.annotations.KEY}
{{- else if and (regexMatch "\\$\\{\\.PVC\\.(labels|annotations)\\." $pattern) (not (contains "${.PVC.namespace}" $pattern)) (ne (get $parameters "allowTenantPaths") "true") -}}
it takes text that users write, who could name another namespace's directory: put ${.PVC.namespace}/ before it, or set allowTenantPaths: true
{{- end -}}
{{- end -}}

{{- /* "true" if all claims of these parameters get one directory, and may not share it. */ -}}
{{- define "nfs-subdir-provisioner.oneDirectory" -}}
{{- $pattern := get . "pathPattern" | default "" -}}
{{- if and $pattern (not (contains "${" $pattern)) (ne (get . "sharedDirectory") "always") }}true{{ end -}}
{{- end -}}

{{- /* For NOTES: takes (list name parameters) of a class that is there, or will be. */ -}}
{{- define "nfs-subdir-provisioner.noteOfClass" -}}
{{- $name := index . 0 -}}
{{- $parameters := index . 1 | default dict -}}
{{- with include "nfs-subdir-provisioner.refusedPattern" (list $parameters true) }}

WARNING: every new claim of class {{ $name }} will be refused. About its pathPattern {{ $parameters.pathPattern | quote }}:
{{ . }}.
Volumes that are there are still served. To change the pattern: kubectl delete storageclass {{ $name }}, then helm upgrade
with storageClass.name={{ $name }} and another pathPattern.
{{- end }}
{{- if include "nfs-subdir-provisioner.oneDirectory" $parameters }}

WARNING: class {{ $name }} gives all its claims the one directory {{ $parameters.pathPattern | quote }}. From the second one on they are
refused.
{{- end }}
{{- end -}}
