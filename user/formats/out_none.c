// SPDX-License-Identifier: GPL-2.0
/* For those who want but the account, or the timeline alone. */
#include "formats/format.h"

const struct out_format out_none = {
	.name = "none",
};
