/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong with an option that getopt_long() does not take, said in one sentence. */
#ifndef OPTIONS_MISUSE_H
#define OPTIONS_MISUSE_H

/* word is an option that is none, as it was written, with its dashes, perhaps with a value. */
void misuse__explain_unknown(const char *word, char letter);

#endif /* OPTIONS_MISUSE_H */
