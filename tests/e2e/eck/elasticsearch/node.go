package main

import (
	"encoding/json"
	"log"
	"net/http"
	"strings"
)

// A cluster of one node that is well and has no shards.
type node struct{ id, name, version string }

type object = map[string]any

func (n *node) self() object {
	return object{n.id: object{"name": n.name, "version": n.version, "roles": []string{"master", "data"}}}
}

// The answer to a GET of a path; anything else is acknowledged.
func (n *node) answer(path string) any {
	switch {
	case path == "/":
		return object{"cluster_name": "search", "cluster_uuid": n.id, "version": object{"number": n.version}}
	case path == "/_cluster/health":
		return object{"cluster_name": "search", "status": "green", "number_of_nodes": 1, "number_of_data_nodes": 1,
			"active_shards_percent_as_number": 100.0}
	case path == "/_cluster/settings":
		return object{"persistent": object{}, "transient": object{}}
	case path == "/_cluster/state":
		return object{"metadata": object{}}
	case path == "/_license":
		return object{"license": object{"status": "active", "uid": "1", "type": "basic", "issued_to": "test",
			"issuer": "elasticsearch", "max_nodes": 1000}}
	case path == "/_cat/shards":
		return []any{}
	case strings.HasSuffix(path, "/shutdown"):
		return object{"nodes": []any{}}
	case strings.HasPrefix(path, "/_nodes"):
		return object{"nodes": n.self()}
	case strings.HasPrefix(path, "/_internal/desired_nodes/_latest"):
		return nil
	}
	return object{"acknowledged": true}
}

func (n *node) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	log.Println(request.Method, request.URL.RequestURI())
	answer := any(object{"acknowledged": true, "replaced_existing_history_id": false})
	if request.Method == http.MethodGet {
		answer = n.answer(request.URL.Path)
	}
	response.Header().Set("Content-Type", "application/json")
	response.Header().Set("X-Elastic-Product", "Elasticsearch")
	if answer == nil {
		response.WriteHeader(http.StatusNotFound)
		answer = object{"status": 404, "error": object{"type": "resource_not_found_exception", "reason": "none"}}
	}
	if err := json.NewEncoder(response).Encode(answer); err != nil {
		log.Println(err)
	}
}
