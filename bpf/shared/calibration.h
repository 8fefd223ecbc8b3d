/* SPDX-License-Identifier: GPL-2.0 */
/* What calibration.bpf.h and the front end share. */
#ifndef CALIBRATION_H
#define CALIBRATION_H

/*
 * The kernel's functions for tests that programs for fentry are built into: bpf_fentry_test1() and
 * so on. The first two are called one right after the other, the third behind one that nobody
 * observes.
 */
#define CALIBRATION_FUNCTIONS(FUNCTION) FUNCTION(1) FUNCTION(2) FUNCTION(4)

#define NR_CALIBRATION_FUNCTIONS 3

#endif /* CALIBRATION_H */
