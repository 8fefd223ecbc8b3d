/* SPDX-License-Identifier: GPL-2.0 */
/* What a process is, beyond numbers, as JSON. */
#ifndef FORMATS_JSON_JSON_PROCESS_H
#define FORMATS_JSON_JSON_PROCESS_H

#include "creation/origin.h"
#include "text/json.h"

/*
 * Keys exe and cmdline, null where they are not known; where they apply, exe_deleted and
 * cmdline_cut. origin may be NULL.
 */
void json_process__executed(struct json *json, const struct origin *origin);

/* Key cgroup: the path of its cgroup, null where it is not known. origin may be NULL. */
void json_process__cgroup(struct json *json, const struct origin *origin);

#endif /* FORMATS_JSON_JSON_PROCESS_H */
