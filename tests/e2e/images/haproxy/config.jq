# From lists of objects to HAProxy's configuration: the Ingresses of $class, if that class is $controller's.
def ours: any($classes.items[]; .metadata.name == $class and .spec.controller == $controller);

def service($space; $name): $services.items[] | select(.metadata.namespace == $space and .metadata.name == $name);

# The name of a Service's port, by what an Ingress says of it; a port that is the only one needs none.
def port_name($space; $of): service($space; $of.name).spec.ports[]
  | select(if $of.port.name then .name == $of.port.name else .port == $of.port.number end) | .name // "";

# ADDRESS:PORT of the ready pods behind a Service.
def addresses($space; $of): port_name($space; $of) as $port | $slices.items[]
  | select(.metadata.namespace == $space and .metadata.labels["kubernetes.io/service-name"] == $of.name)
  | (.ports[] | select((.name // "") == $port) | .port) as $number
  | .endpoints[] | select(.conditions.ready) | "\(.addresses[0]):\($number)";

def condition: (if .host then "{ hdr(host),field(1,:) -i \(.host) } " else "" end)
  + if .path.pathType == "Exact" then "{ path \(.path.path) }" else "{ path_reg ^\(.path.path | rtrimstr("/"))(/|$) }" end;

[ if ours then $ingresses.items[] | select(.spec.ingressClassName == $class) | .metadata as $meta
    | .spec.rules | to_entries[] | .key as $rule | .value as $value
    | $value.http.paths | to_entries[]
    | {id: "i_\($meta.namespace)_\($meta.name)_\($rule)_\(.key)", space: $meta.namespace, host: $value.host, path: .value}
  else empty end ] | sort_by(-(.path.path | length)) as $paths
| "defaults",
  "  mode http",
  "  timeout connect 5s",
  "  timeout client 30s",
  "  timeout server 30s",
  "  option forwardfor",
  "frontend http",
  "  bind :80",
  ($paths[] | "  use_backend \(.id) if \(condition)"),
  "  default_backend nothing",
  "backend nothing",
  "  http-request return status 404 content-type text/plain string \"class \($class): no such host or path\\n\"",
  ($paths[] | "backend \(.id)",
    ([addresses(.space; .path.backend.service)] | to_entries[] | "  server pod\(.key) \(.value)"))
