/* SPDX-License-Identifier: GPL-2.0 */
/* What is the same for all creations of a trace: the tool, the kernel, and how it was observed. */
#ifndef CREATION_TRACE_HEADER_H
#define CREATION_TRACE_HEADER_H

#include <linux/types.h>

#include "creation/latency_costs.h"
#include "plan/plan.h"

struct trace_header {
	const char *tool_version; /* "0.1.0" */
	char kernel[65];	  /* uname -r */
	char arch[65];		  /* uname -m */
	__u64 start_boot_ns;	  /* the kernel's boot clock when tracing began */
	__s64 boot_to_real_ns;	  /* CLOCK_REALTIME minus that clock; follows the former */
	struct plan plan;
	struct latency_costs costs;
};

#endif /* CREATION_TRACE_HEADER_H */
