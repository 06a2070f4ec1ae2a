// libcurl, with typed functions in place of its variadic ones, which Swift cannot call.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

#endif
