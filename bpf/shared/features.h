/* SPDX-License-Identifier: GPL-2.0 */
/* The enumeration that follows from the table of differences between kernels. */
#ifndef FEATURES_H
#define FEATURES_H

enum feature {
#define FEATURE(id, ...) FEATURE_##id,
#include "shared/features.def"
#undef FEATURE
	NR_FEATURES,
};

#endif /* FEATURES_H */
