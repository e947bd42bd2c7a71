{{- /* All classes of the values, as {"items": [...]}: `storageClass`, then `storageClasses` with what they leave out filled in from it. */ -}}
{{- define "nfs-subdir-provisioner.classes" -}}
{{- $items := list -}}
{{- if .Values.storageClass.create -}}
{{- $items = append $items .Values.storageClass -}}
{{- end -}}
{{- range .Values.storageClasses -}}
{{- $class := omit $.Values.storageClass "name" "defaultClass" "annotations" -}}
{{- range $key, $value := . -}}
{{- $_ := set $class $key $value -}}
{{- end -}}
{{- $items = append $items $class -}}
{{- end -}}
{{- dict "items" $items | toJson -}}
{{- end -}}

{{- /* The parameters of a class: what is empty is left to the program's default. */ -}}
{{- define "nfs-subdir-provisioner.classParameters" -}}
{{- $parameters := dict "archiveOnDelete" (toString .archiveOnDelete) -}}
{{- range $key := list "onDelete" "pathPattern" "onCreate" "onExisting" "onMissingKey" "sharedDirectory" "directoryMode" "directoryUid" "directoryGid" "archiveRetention" "trashRetention" -}}
{{- with include "nfs-subdir-provisioner.text" (get $ $key) -}}
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

{{- /* The classes in the cluster that this release has, by name; nothing where templates are rendered without a cluster, or without classes: whoever makes none may not be allowed to look. */ -}}
{{- define "nfs-subdir-provisioner.liveClasses" -}}
{{- $mine := dict -}}
{{- range and (include "nfs-subdir-provisioner.classes" . | fromJson).items (lookup "storage.k8s.io/v1" "StorageClass" "" "").items -}}
{{- $notes := default dict .metadata.annotations -}}
{{- if and (eq (get $notes "meta.helm.sh/release-name") $.Release.Name) (eq (get $notes "meta.helm.sh/release-namespace") $.Release.Namespace) -}}
{{- $_ := set $mine .metadata.name . -}}
{{- end -}}
{{- end -}}
{{- $mine | toJson -}}
{{- end -}}

{{- /* "true" when upstream's chart made this live class: its parameters, which nobody can change, stay as they are. */ -}}
{{- define "nfs-subdir-provisioner.upstreamClass" -}}
{{- $made := hasPrefix "nfs-subdir-external-provisioner-" (dig "metadata" "labels" "chart" "" .) -}}
{{- if or $made (dig "metadata" "annotations" "nfs-subdir-provisioner.io/made-by-upstream" "" .) }}true{{ end -}}
{{- end -}}

{{- /* Takes (list wanted live). Fails when the class would have to change what cannot change. */ -}}
{{- define "nfs-subdir-provisioner.checkClass" -}}
{{- $wanted := index . 0 -}}
{{- $live := index . 1 -}}
{{- range $field := list "provisioner" "reclaimPolicy" "volumeBindingMode" "parameters" -}}
{{- $is := default dict (get $live $field) | toJson -}}
{{- $to_be := default dict (get $wanted $field) | toJson -}}
{{- if ne $is $to_be -}}
{{- fail (printf "StorageClass %s has %s %s, these values give %s, and Kubernetes lets nobody change that. Let it be made anew, volumes are not touched by that: kubectl delete storageclass %s" $live.metadata.name $field $is $to_be $live.metadata.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
