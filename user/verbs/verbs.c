// SPDX-License-Identifier: GPL-2.0
#include "verbs/verbs.h"

#include "probe/load.h"
#include "verbs/list_stages.h"
#include "verbs/trace.h"

int verbs__run(const struct options *options)
{
	load__set_libbpf_log(options->verbose);
	return options->run.list_stages ? verb_list_stages(options) : verb_trace(options);
}
