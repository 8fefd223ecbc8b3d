/* SPDX-License-Identifier: GPL-2.0 */
/* Whether each file that the tool writes to is a file of its own. */
#ifndef OPTIONS_OUTPUT_PLACES_H
#define OPTIONS_OUTPUT_PLACES_H

#include "options/options.h"

/*
 * Refuses outputs and a ready file that are one file under whatever names, and those that would
 * overwrite what is read or what others write: the --btf file and the standard descriptors. The
 * outputs are complete. Nothing is opened, so nothing is emptied. Devices such as /dev/null keep
 * nothing, so they may be named any number of times. Not OPTIONS_RUN if there is a conflict, which
 * has been explained on standard error.
 */
enum options_result output_places__check(const struct options *options);

#endif /* OPTIONS_OUTPUT_PLACES_H */
