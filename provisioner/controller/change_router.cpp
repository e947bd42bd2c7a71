#include "provisioner/controller/change_router.hpp"

namespace nfs {

ChangeRouter::ChangeRouter(ClusterView& view, WokenKeys& keys, ExportQueues& queues, UnreadableNotices& notices)
    : keys_(keys), queues_(queues), notices_(notices) {
  // The ledger hears of each change of a volume. Of the others nobody asks before the queues are open.
  route_changes(view.volumes());
  route_changes_if_open(view.claims());
  route_changes_if_open(view.classes());
  route_unreadable(view);
}

void ChangeRouter::route_all() {
  notices_.tell_all();
  queues_.add(keys_.all());
}

template <class T>
void ChangeRouter::route_changes(k8s::Store<T>& store) {
  store.on_change([this](k8s::Change<T> const& change) { queues_.add(keys_.by(change)); });
}

template <class T>
void ChangeRouter::route_changes_if_open(k8s::Store<T>& store) {
  store.on_change([this](k8s::Change<T> const& change) {
    if (queues_.opened()) queues_.add(keys_.by(change));
  });
}

// Whoever waits for such an object is looked at again when it can be read, or is gone.
void ChangeRouter::route_unreadable(ClusterView& view) {
  view.claims().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    notices_.note<k8s::Claim>(object, now, queues_.opened());
    queues_.add(keys_.by_unreadable_claim(object.identity));
  });
  view.volumes().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    notices_.note<k8s::Volume>(object, now, queues_.opened());
    queues_.add(keys_.by_unreadable_volume(object.identity.name, now));
  });
  view.classes().on_set_aside([this](k8s::Unreadable const& object, k8s::Aside now) {
    notices_.note<k8s::StorageClass>(object, now, queues_.opened());
    queues_.add(keys_.by_unreadable_class(object.identity.name));
  });
}

}  // namespace nfs
