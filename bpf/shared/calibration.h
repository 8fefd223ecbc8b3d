/* SPDX-License-Identifier: GPL-2.0 */
/* What the BPF side and the front end share for calibration. */
#ifndef CALIBRATION_H
#define CALIBRATION_H

/*
 * Functions that the kernel has for testing BPF programs: bpf_fentry_test1() and so on. The kernel
 * calls them one after the other, so the first two calls directly follow each other. The third one
 * follows a call of bpf_fentry_test3(), which is not observed.
 */
#define CALIBRATION_FUNCTIONS(FUNCTION) FUNCTION(1) FUNCTION(2) FUNCTION(4)

#define NR_CALIBRATION_FUNCTIONS 3

/*
 * The id of the stage that these pose as: its result lies behind one argument. All functions here
 * have a number in that place, whatever it means.
 */
#define CALIBRATION_STAGE TCP_V4_INIT_SOCK

#endif /* CALIBRATION_H */
