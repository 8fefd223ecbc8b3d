// SPDX-License-Identifier: GPL-2.0
#include "formats/stack_rows.h"

#include <string.h>

#include "text/text.h"

/* How many frames are the same as the first: those of a process that is gone are all unknown. */
static int count_same(const char *const *frames, int nr)
{
	int same = 1;

	while (same < nr && !strcmp(frames[0], frames[same]))
		same++;
	return same;
}

static void add_stack(struct buffer *buffer, const char *title, const char *const *frames, int nr,
		      const struct out_style *style)
{
	int i, same;

	for (i = 0; i < nr; i += same) {
		same = count_same(frames + i, nr - i);
		text__begin_color(buffer, TEXT_DIM, style->color);
		buffer__add_string(buffer, i ? "" : title);
		buffer__add_spaces(buffer, i ? strlen(title) : 0);
		text__add_escaped(buffer, frames[i], strlen(frames[i]), style->unicode);
		if (same > 1) {
			buffer__add_string(buffer, ", ");
			buffer__add_s64(buffer, same);
			buffer__add_string(buffer, " frames");
		}
		text__end_color(buffer, style->color);
		buffer__add_char(buffer, '\n');
	}
}

void stack_rows__add(struct buffer *buffer, const struct origin *origin,
		     const struct out_style *style)
{
	if (!origin || (!origin->nr_kernel_frames && !origin->nr_user_frames))
		return;
	add_stack(buffer, "kernel stack: ", origin->kernel_frames, origin->nr_kernel_frames, style);
	add_stack(buffer, "user stack:   ", origin->user_frames, origin->nr_user_frames, style);
}
