/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VERBS_TRACE_H
#define VERBS_TRACE_H

#include "options/options.h"

/* Traces until the trace ends: see trace/trace.h. The summary goes to standard error. Returns as
 * verbs__run(). */
int verb_trace(const struct options *options);

#endif /* VERBS_TRACE_H */
