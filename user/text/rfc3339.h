/* SPDX-License-Identifier: GPL-2.0 */
/* Times of day in UTC as RFC 3339 has them: "2024-02-29T23:59:59.123456789Z". */
#ifndef TEXT_RFC3339_H
#define TEXT_RFC3339_H

#include <stdbool.h>
#include <linux/types.h>

#define RFC3339_SECOND_SIZE 19 /* "2024-02-29T23:59:59" */

/* The second written last, for most times are in the same one as the time before. Zero at first. */
struct rfc3339 {
	bool valid;
	__s64 second; /* since 1970 */
	char text[RFC3339_SECOND_SIZE];
};

#define RFC3339_SIZE (RFC3339_SECOND_SIZE + 11) /* ".123456789Z" */

/*
 * Writes the time that is boot_ns on the boot clock, with nine digits, where boot_to_real_ns is
 * CLOCK_REALTIME less that clock: always RFC3339_SIZE bytes, as the
 * functions of put.h. Right for any two values: the years they can reach are 1677 to 2846.
 */
char *rfc3339__put(struct rfc3339 *rfc3339, char *at, __u64 boot_ns, __s64 boot_to_real_ns);

/* The same as a kind of fields.h. */
#define SIZEOF_rfc3339 RFC3339_SIZE
#define put_rfc3339(at, rfc3339, boot_ns, boot_to_real_ns) \
	rfc3339__put(rfc3339, at, boot_ns, boot_to_real_ns)

#endif /* TEXT_RFC3339_H */
