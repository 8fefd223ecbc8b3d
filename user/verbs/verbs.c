// SPDX-License-Identifier: GPL-2.0
#include "verbs/verbs.h"

#include "probe/load.h"
#include "verbs/list_stages.h"
#include "verbs/trace.h"

static int (*const functions[NR_VERBS])(const struct options *options) = {
#define VERB(id, name, function, ...) [VERB_##id] = function,
#include "options/verbs.def"
};

int verbs__run(const struct options *options)
{
	load__set_libbpf_log(options->verbose);
	return functions[options->verb](options);
}
