// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the same tests with the code for kernels whose BPF has no atomic operations that return
 * values.
 */
#define WITHOUT_ATOMICS
#include "test_session_table.c"
