# shellcheck shell=bash
# shellcheck disable=SC2154 # support.sh says what is used here
# The chapter of two pods: the one that leads is deleted, and nobody notices.

leader() {
  kubectl --namespace storage get leases -o jsonpath='{.items[0].spec.holderIdentity}' | cut -d_ -f1
}

other_leads() { # FORMER
  local now
  now=$(leader)
  [[ -n $now && $now != "$1" ]]
}

is_bound() { # CLAIM
  [[ $(kubectl --namespace team-a get persistentvolumeclaim "$1" -o jsonpath='{.status.phase}') == Bound ]]
}

make_claim() { # NAME
  kubectl --namespace team-a apply --filename - >/dev/null <<END
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: $1}
spec: {storageClassName: volumen-tipo-ivan, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Mi}}}
END
}

another_pod_leads() {
  local first start
  helm upgrade nfs "$chart" --namespace storage "${two_values[@]}" --set replicaCount=2
  await_pods storage deployment/nfs-nfs-subdir-external-provisioner
  await 30 'somebody leads' other_leads ''
  first=$(leader)
  start=$(date +%s%N)
  kubectl --namespace storage delete pod "$first" --wait=false >/dev/null
  make_claim meanwhile
  await 30 'the other pod leads' other_leads "$first"
  await 30 'a claim that was made meanwhile is bound' is_bound meanwhile
  step "two pods, the leading one is deleted: a claim made at that moment is bound $((($(date +%s%N) - start) / 1000000)) ms later"
  kubectl --namespace team-a delete persistentvolumeclaim meanwhile >/dev/null
}
