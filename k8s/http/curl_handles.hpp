#pragma once

#include <curl/curl.h>

#include <memory>

namespace k8s {

struct CurlFree {
  void operator()(CURL* it) const { curl_easy_cleanup(it); }
  void operator()(curl_slist* it) const { curl_slist_free_all(it); }
};

struct CurlMultiFree {
  void operator()(CURLM* it) const { curl_multi_cleanup(it); }
};

using EasyHandle = std::unique_ptr<CURL, CurlFree>;
using MultiHandle = std::unique_ptr<CURLM, CurlMultiFree>;
using CurlList = std::unique_ptr<curl_slist, CurlFree>;

}  // namespace k8s
