#pragma once

#include "k8s/model/storage_class.hpp"

namespace nfs {

/// Nobody can change a class's parameters, so a class that upstream's chart made keeps what upstream's program took
/// otherwise than ours. Such a class has the annotation nfs-subdir-provisioner.io/made-by-upstream: "true", from this
/// program's chart or by hand. Its parameters are changed to what ours reads in the same way: a slash before the
/// pattern is taken away, and an `onDelete` that is no policy, so that `archiveOnDelete` decides. Other classes stay as
/// they are. To do it twice changes nothing more.
void read_as_upstream(k8s::StorageClass& storage_class);

}  // namespace nfs
