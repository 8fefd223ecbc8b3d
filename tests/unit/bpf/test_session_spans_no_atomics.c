// SPDX-License-Identifier: GPL-2.0
/* The same as for kernels whose BPF has no atomic operations that return a value. */
#define WITHOUT_ATOMICS
#include "test_session_spans.c"
