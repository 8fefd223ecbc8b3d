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

#define NR_KEPT_EXECUTED 64 /* power of two */

/* The same keys as text of some processes, kept since they take long to make. Begins as zeroes. */
struct json_executed {
	struct {
		__u64 number; /* executed.number, 0 if there is none */
		struct buffer text;
	} kept[NR_KEPT_EXECUTED];
};

/* As json_process__executed(), behind another member. */
void json_executed__add(struct json_executed *executed, struct json *json,
			const struct origin *origin);

/* Free the texts. */
void json_executed__free(struct json_executed *executed);

/* Key cgroup: the path of its cgroup, null where it is not known. origin may be NULL. */
void json_process__cgroup(struct json *json, const struct origin *origin);

#endif /* FORMATS_JSON_JSON_PROCESS_H */
