// SPDX-License-Identifier: GPL-2.0
#include "formats/clock_row.h"

#include <stdio.h>

#include "text/put.h"
#include "text/text.h"

#define NS_PER_MS 1000000

static void add_time(struct buffer *buffer, struct local_time *cache, __u64 boot_ns,
		     __s64 boot_to_real_ns)
{
	char text[LOCAL_TIME_MILLISECONDS_SIZE];
	__s64 real_ns = (__s64)(boot_ns + (__u64)boot_to_real_ns);
	char *end = local_time__put_milliseconds(cache, text, real_ns);

	buffer__add(buffer, text, (size_t)(end - text));
}

/* " (+3600.000 s)", cut to milliseconds. */
static void add_step(struct buffer *buffer, __s64 step_ns)
{
	__u64 ms = (step_ns < 0 ? -(__u64)step_ns : (__u64)step_ns) / NS_PER_MS;
	char text[64];

	snprintf(text, sizeof(text), " (%c%llu.%03llu s)", step_ns < 0 ? '-' : '+', ms / 1000,
		 ms % 1000);
	buffer__add_string(buffer, text);
}

void clock_row__add(struct buffer *buffer, const struct clock_change *change,
		    struct local_time *cache, const struct out_style *style)
{
	text__begin_color(buffer, TEXT_DIM, style->color);
	buffer__add_string(buffer, "# the clock was set from ");
	add_time(buffer, cache, change->at_ns, change->before_real_ns);
	buffer__add_string(buffer, " to ");
	add_time(buffer, cache, change->at_ns, change->boot_to_real_ns);
	add_step(buffer, clock_change__step(change));
	text__end_color(buffer, style->color);
	buffer__add_char(buffer, '\n');
}
