// SPDX-License-Identifier: GPL-2.0
/*
 * gmtime_r() would take a lock and may read the time zone's file, and adds leap seconds if TZ says
 * so; hence the calendar here.
 */
#include "text/rfc3339.h"

#include "text/put.h"

#define NS_PER_SECOND	   1000000000
#define SECONDS_PER_DAY	   86400
#define FIRST_YEAR	   1600 /* before every time that can come, and divisible by 400 */
#define DAYS_BEFORE_1970   135140
#define DAYS_PER_400_YEARS 146097

static bool is_leap_year(unsigned int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned int days_of_month(unsigned int year, unsigned int month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month] + (month == 1 && is_leap_year(year));
}

/* Writes value in decimal with leading zeros. */
static void put(char *text, unsigned int value, int width)
{
	while (width--) {
		text[width] = (char)('0' + value % 10);
		value /= 10;
	}
}

static void put_date(char *text, unsigned int days)
{
	unsigned int year = FIRST_YEAR + days / DAYS_PER_400_YEARS * 400;
	unsigned int month = 0;

	days %= DAYS_PER_400_YEARS;
	for (; days >= 365u + is_leap_year(year); year++)
		days -= 365u + is_leap_year(year);
	for (; days >= days_of_month(year, month); month++)
		days -= days_of_month(year, month);
	put(text, year, 4);
	text[4] = '-';
	put(text + 5, month + 1, 2);
	text[7] = '-';
	put(text + 8, days + 1, 2);
}

static void put_second(char *text, __s64 second)
{
	__u64 seconds = (__u64)(second + (__s64)DAYS_BEFORE_1970 * SECONDS_PER_DAY);
	unsigned int of_day = seconds % SECONDS_PER_DAY;

	put_date(text, (unsigned int)(seconds / SECONDS_PER_DAY));
	text[10] = 'T';
	put(text + 11, of_day / 3600, 2);
	text[13] = ':';
	put(text + 14, of_day / 60 % 60, 2);
	text[16] = ':';
	put(text + 17, of_day % 60, 2);
}

char *rfc3339__put(struct rfc3339 *rfc3339, char *at, __u64 boot_ns, __s64 boot_to_real_ns)
{
	/* Added by parts, for the sum need not fit into 64 bits. */
	__s64 second = (__s64)(boot_ns / NS_PER_SECOND) + boot_to_real_ns / NS_PER_SECOND;
	__s64 ns = (__s64)(boot_ns % NS_PER_SECOND) + boot_to_real_ns % NS_PER_SECOND;

	if (ns < 0) {
		ns += NS_PER_SECOND;
		second--;
	} else if (ns >= NS_PER_SECOND) {
		ns -= NS_PER_SECOND;
		second++;
	}
	if (!rfc3339->valid || rfc3339->second != second) {
		put_second(rfc3339->text, second);
		rfc3339->second = second;
		rfc3339->valid = true;
	}
	at = put__bytes(at, rfc3339->text, sizeof(rfc3339->text));
	at = put__char(at, '.');
	at = put__9_digits(at, (unsigned int)ns);
	return put__char(at, 'Z');
}
