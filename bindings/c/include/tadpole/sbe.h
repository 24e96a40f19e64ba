/*
 * The envelope's codecs as the SBE tool generates them; renewed as CCodecsTest (codecs-sbe/envelope) says. Their text
 * is not clean under -Wconversion, so to the compiler they are a system's headers, under whatever flags.
 */
#ifndef TADPOLE_SBE_H
#define TADPOLE_SBE_H

#pragma GCC system_header

#include "sbe/envelope.h"

#endif
