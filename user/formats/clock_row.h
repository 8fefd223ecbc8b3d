/* SPDX-License-Identifier: GPL-2.0 */
/* That the wall clock has been set, as a row for people. */
#ifndef FORMATS_CLOCK_ROW_H
#define FORMATS_CLOCK_ROW_H

#include "formats/format.h"
#include "text/local_time.h"

/*
 * Append "# the clock was set from 14:02:33.123 to 15:02:33.123 (+3600.000 s)" and a line break.
 * cache is that of the format.
 */
void clock_row__add(struct buffer *buffer, const struct clock_change *change,
		    struct local_time *cache, const struct out_style *style);

#endif /* FORMATS_CLOCK_ROW_H */
