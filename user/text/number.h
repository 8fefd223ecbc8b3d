/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers as people type them, taken strictly: digits and nothing else. */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <stdbool.h>
#include <linux/types.h>

/* A decimal number from min to max. False, *value untouched, if it is anything else. */
bool number__parse(const char *text, __u64 min, __u64 max, __u64 *value);

/*
 * A decimal number that may have a fraction ("2", "0.5", ".5"), times ten to the power of digits
 * (at most 18): what is finer than that is dropped. False, *value untouched, if it is anything else
 * or the product is above max.
 */
bool number__parse_fraction(const char *text, unsigned int digits, __u64 max, __u64 *value);

#endif /* TEXT_NUMBER_H */
