/* Generated SBE (Simple Binary Encoding) message codec */

#ifndef _TADPOLE_ENVELOPE_H_
#define _TADPOLE_ENVELOPE_H_

#include <errno.h>
#if !defined(__STDC_LIMIT_MACROS)
#define __STDC_LIMIT_MACROS 1
#endif
#include <limits.h>
#define SBE_FLOAT_NAN NAN
#define SBE_DOUBLE_NAN NAN
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "messageHeader.h"
#include "deliveryGuarantee.h"
#include "priority.h"
#include "semanticVersion.h"
#include "varDataEncoding.h"

#ifdef __cplusplus
#define SBE_ONE_DEF inline
#else
#define SBE_ONE_DEF static inline
#endif

/*
 * Define some byte ordering macros
 */
#if defined(WIN32) || defined(_WIN32)
    #define SBE_BIG_ENDIAN_ENCODE_16(v) _byteswap_ushort(v)
    #define SBE_BIG_ENDIAN_ENCODE_32(v) _byteswap_ulong(v)
    #define SBE_BIG_ENDIAN_ENCODE_64(v) _byteswap_uint64(v)
    #define SBE_LITTLE_ENDIAN_ENCODE_16(v) (v)
    #define SBE_LITTLE_ENDIAN_ENCODE_32(v) (v)
    #define SBE_LITTLE_ENDIAN_ENCODE_64(v) (v)
#elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    #define SBE_BIG_ENDIAN_ENCODE_16(v) __builtin_bswap16(v)
    #define SBE_BIG_ENDIAN_ENCODE_32(v) __builtin_bswap32(v)
    #define SBE_BIG_ENDIAN_ENCODE_64(v) __builtin_bswap64(v)
    #define SBE_LITTLE_ENDIAN_ENCODE_16(v) (v)
    #define SBE_BIG_ENDIAN_ENCODE_32(v) __builtin_bswap32(v)
    #define SBE_BIG_ENDIAN_ENCODE_64(v) __builtin_bswap64(v)
    #define SBE_LITTLE_ENDIAN_ENCODE_16(v) (v)
    #define SBE_LITTLE_ENDIAN_ENCODE_32(v) (v)
    #define SBE_LITTLE_ENDIAN_ENCODE_64(v) (v)
#elif __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    #define SBE_LITTLE_ENDIAN_ENCODE_16(v) __builtin_bswap16(v)
    #define SBE_LITTLE_ENDIAN_ENCODE_32(v) __builtin_bswap32(v)
    #define SBE_LITTLE_ENDIAN_ENCODE_64(v) __builtin_bswap64(v)
    #define SBE_BIG_ENDIAN_ENCODE_16(v) (v)
    #define SBE_BIG_ENDIAN_ENCODE_32(v) (v)
    #define SBE_BIG_ENDIAN_ENCODE_64(v) (v)
#else
    #error "Byte Ordering of platform not determined. Set __BYTE_ORDER__ manually before including this file."
#endif

#if !defined(SBE_BOUNDS_CHECK_EXPECT)
#  if defined(SBE_NO_BOUNDS_CHECK)
#    define SBE_BOUNDS_CHECK_EXPECT(exp, c) (false)
#  elif defined(_MSC_VER)
#    define SBE_BOUNDS_CHECK_EXPECT(exp, c) (exp)
#  else 
#    define SBE_BOUNDS_CHECK_EXPECT(exp, c) (__builtin_expect(exp, c))
#  endif

#endif

#define SBE_NULLVALUE_INT8 INT8_MIN
#define SBE_NULLVALUE_INT16 INT16_MIN
#define SBE_NULLVALUE_INT32 INT32_MIN
#define SBE_NULLVALUE_INT64 INT64_MIN
#define SBE_NULLVALUE_UINT8 UINT8_MAX
#define SBE_NULLVALUE_UINT16 UINT16_MAX
#define SBE_NULLVALUE_UINT32 UINT32_MAX
#define SBE_NULLVALUE_UINT64 UINT64_MAX

#define E100 -50100 // E_BUF_SHORT
#define E103 -50103 // VAL_UNKNOWN_ENUM
#define E104 -50104 // I_OUT_RANGE_NUM
#define E105 -50105 // I_OUT_RANGE_NUM
#define E106 -50106 // I_OUT_RANGE_NUM
#define E107 -50107 // BUF_SHORT_FLYWEIGHT
#define E108 -50108 // BUF_SHORT_NXT_GRP_IND
#define E109 -50109 // STR_TOO_LONG_FOR_LEN_TYP
#define E110 -50110 // CNT_OUT_RANGE

#ifndef SBE_STRERROR_DEFINED
#define SBE_STRERROR_DEFINED
SBE_ONE_DEF const char *sbe_strerror(const int errnum)
{
    switch (errnum)
    {
        case E100:
            return "buffer too short";
        case E103:
            return "unknown value for enum";
        case E104:
            return "index out of range";
        case E105:
            return "index out of range";
        case E106:
            return "length too large";
        case E107:
            return "buffer too short for flyweight";
        case E108:
            return "buffer too short to support next group index";
        case E109:
            return "std::string too long for length type";
        case E110:
            return "count outside of allowed range";
        default:
            return "unknown error";
    }
}
#endif

struct tadpole_envelope
{
    char *buffer;
    uint64_t buffer_length;
    uint64_t offset;
    uint64_t position;
    uint64_t acting_block_length;
    uint64_t acting_version;
};

enum tadpole_envelope_meta_attribute
{
    tadpole_envelope_meta_attribute_EPOCH,
    tadpole_envelope_meta_attribute_TIME_UNIT,
    tadpole_envelope_meta_attribute_SEMANTIC_TYPE,
    tadpole_envelope_meta_attribute_PRESENCE
};

union tadpole_envelope_float_as_uint
{
    float fp_value;
    uint32_t uint_value;
};

union tadpole_envelope_double_as_uint
{
    double fp_value;
    uint64_t uint_value;
};

struct tadpole_envelope_string_view
{
    const char* data;
    size_t length;
};

SBE_ONE_DEF uint64_t tadpole_envelope_sbe_position(
    const struct tadpole_envelope *const codec)
{
    return codec->position;
}

SBE_ONE_DEF bool tadpole_envelope_set_sbe_position(
    struct tadpole_envelope *const codec,
    const uint64_t position)
{
    if (SBE_BOUNDS_CHECK_EXPECT((position > codec->buffer_length), false))
    {
        errno = E100;
        return false;
    }
    codec->position = position;

    return true;
}

SBE_ONE_DEF uint64_t *tadpole_envelope_sbe_position_ptr(
    struct tadpole_envelope *const codec)
{
    return &codec->position;
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_reset(
    struct tadpole_envelope *const codec,
    char *buffer,
    const uint64_t offset,
    const uint64_t buffer_length,
    const uint64_t acting_block_length,
    const uint64_t acting_version)
{
    codec->buffer = buffer;
    codec->offset = offset;
    codec->buffer_length = buffer_length;
    codec->acting_block_length = acting_block_length;
    codec->acting_version = acting_version;
    if (!tadpole_envelope_set_sbe_position(codec, offset + acting_block_length))
    {
        return NULL;
    }

    return codec;
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_copy(
    struct tadpole_envelope *const codec,
    const struct tadpole_envelope *const other)
{
     codec->buffer = other->buffer;
     codec->offset = other->offset;
     codec->buffer_length = other->buffer_length;
     codec->acting_block_length = other->acting_block_length;
     codec->acting_version = other->acting_version;
     codec->position = other->position;

     return codec;
}

SBE_ONE_DEF uint16_t tadpole_envelope_sbe_block_length(void)
{
    return (uint16_t)44;
}

#define TADPOLE_ENVELOPE_SBE_TEMPLATE_ID (uint16_t)1

SBE_ONE_DEF uint16_t tadpole_envelope_sbe_template_id(void)
{
    return (uint16_t)1;
}

SBE_ONE_DEF uint16_t tadpole_envelope_sbe_schema_id(void)
{
    return (uint16_t)21569;
}

SBE_ONE_DEF uint16_t tadpole_envelope_sbe_schema_version(void)
{
    return (uint16_t)0;
}

SBE_ONE_DEF const char* tadpole_envelope_sbe_semantic_version(void)
{
    return "0.1.0";
}

SBE_ONE_DEF const char *tadpole_envelope_sbe_semantic_type(void)
{
    return "";
}

SBE_ONE_DEF uint64_t tadpole_envelope_offset(
    const struct tadpole_envelope *const codec)
{
    return codec->offset;
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_wrap_and_apply_header(
    struct tadpole_envelope *const codec,
    char *buffer,
    const uint64_t offset,
    const uint64_t buffer_length,
    struct tadpole_messageHeader *const hdr)
{
    tadpole_messageHeader_wrap(
        hdr, buffer + offset, 0, tadpole_messageHeader_sbe_schema_version(), buffer_length);

    tadpole_messageHeader_set_blockLength(hdr, tadpole_envelope_sbe_block_length());
    tadpole_messageHeader_set_templateId(hdr, tadpole_envelope_sbe_template_id());
    tadpole_messageHeader_set_schemaId(hdr, tadpole_envelope_sbe_schema_id());
    tadpole_messageHeader_set_version(hdr, tadpole_envelope_sbe_schema_version());

    tadpole_envelope_reset(
        codec,
        buffer + offset + tadpole_messageHeader_encoded_length(),
        0,
        buffer_length - tadpole_messageHeader_encoded_length(),
        tadpole_envelope_sbe_block_length(),
        tadpole_envelope_sbe_schema_version());

    return codec;
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_wrap_for_encode(
    struct tadpole_envelope *const codec,
    char *buffer,
    const uint64_t offset,
    const uint64_t buffer_length)
{
    return tadpole_envelope_reset(
        codec,
        buffer,
        offset,
        buffer_length,
        tadpole_envelope_sbe_block_length(),
        tadpole_envelope_sbe_schema_version());
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_wrap_for_decode(
    struct tadpole_envelope *const codec,
    char *buffer,
    const uint64_t offset,
    const uint64_t acting_block_length,
    const uint64_t acting_version,
    const uint64_t buffer_length)
{
    return tadpole_envelope_reset(
        codec,
        buffer,
        offset,
        buffer_length,
        acting_block_length,
        acting_version);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_sbe_rewind(
    struct tadpole_envelope *const codec)
{
    return tadpole_envelope_wrap_for_decode(
        codec,
        codec->buffer,
        codec->offset,
        codec->acting_block_length,
        codec->acting_version,
        codec->buffer_length);
}

SBE_ONE_DEF uint64_t tadpole_envelope_encoded_length(
    const struct tadpole_envelope *const codec)
{
    return tadpole_envelope_sbe_position(codec) - codec->offset;
}

SBE_ONE_DEF const char *tadpole_envelope_buffer(
    const struct tadpole_envelope *const codec)
{
    return codec->buffer;
}

SBE_ONE_DEF char *tadpole_envelope_mut_buffer(
    struct tadpole_envelope *const codec)
{
    return codec->buffer;
}

SBE_ONE_DEF uint64_t tadpole_envelope_buffer_length(
    const struct tadpole_envelope *const codec)
{
    return codec->buffer_length;
}

SBE_ONE_DEF uint64_t tadpole_envelope_acting_version(
    const struct tadpole_envelope *const codec)
{
    return codec->acting_version;
}

SBE_ONE_DEF const char *tadpole_envelope_messageIdHigh_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageIdHigh_id(void)
{
    return 1;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdHigh_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_messageIdHigh_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_messageIdHigh_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_messageIdHigh_encoding_offset(void)
{
    return 0;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdHigh_null_value(void)
{
    return SBE_NULLVALUE_UINT64;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdHigh_min_value(void)
{
    return UINT64_C(0x0);
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdHigh_max_value(void)
{
    return UINT64_C(0xfffffffffffffffe);
}

SBE_ONE_DEF size_t tadpole_envelope_messageIdHigh_encoding_length(void)
{
    return 8;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdHigh(
    const struct tadpole_envelope *const codec)
{
    uint64_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 0, sizeof(uint64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_64(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_messageIdHigh(
    struct tadpole_envelope *const codec,
    const uint64_t value)
{
    uint64_t val = SBE_LITTLE_ENDIAN_ENCODE_64(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 0, &val, sizeof(uint64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_messageIdLow_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageIdLow_id(void)
{
    return 2;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdLow_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_messageIdLow_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_messageIdLow_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_messageIdLow_encoding_offset(void)
{
    return 8;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdLow_null_value(void)
{
    return SBE_NULLVALUE_UINT64;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdLow_min_value(void)
{
    return UINT64_C(0x0);
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdLow_max_value(void)
{
    return UINT64_C(0xfffffffffffffffe);
}

SBE_ONE_DEF size_t tadpole_envelope_messageIdLow_encoding_length(void)
{
    return 8;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageIdLow(
    const struct tadpole_envelope *const codec)
{
    uint64_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 8, sizeof(uint64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_64(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_messageIdLow(
    struct tadpole_envelope *const codec,
    const uint64_t value)
{
    uint64_t val = SBE_LITTLE_ENDIAN_ENCODE_64(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 8, &val, sizeof(uint64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_correlationId_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_correlationId_id(void)
{
    return 3;
}

SBE_ONE_DEF uint64_t tadpole_envelope_correlationId_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_correlationId_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_correlationId_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_correlationId_encoding_offset(void)
{
    return 16;
}

SBE_ONE_DEF uint64_t tadpole_envelope_correlationId_null_value(void)
{
    return SBE_NULLVALUE_UINT64;
}

SBE_ONE_DEF uint64_t tadpole_envelope_correlationId_min_value(void)
{
    return UINT64_C(0x0);
}

SBE_ONE_DEF uint64_t tadpole_envelope_correlationId_max_value(void)
{
    return UINT64_C(0xfffffffffffffffe);
}

SBE_ONE_DEF size_t tadpole_envelope_correlationId_encoding_length(void)
{
    return 8;
}

SBE_ONE_DEF uint64_t tadpole_envelope_correlationId(
    const struct tadpole_envelope *const codec)
{
    uint64_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 16, sizeof(uint64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_64(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_correlationId(
    struct tadpole_envelope *const codec,
    const uint64_t value)
{
    uint64_t val = SBE_LITTLE_ENDIAN_ENCODE_64(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 16, &val, sizeof(uint64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_timestamp_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_timestamp_id(void)
{
    return 4;
}

SBE_ONE_DEF uint64_t tadpole_envelope_timestamp_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_timestamp_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_timestamp_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_timestamp_encoding_offset(void)
{
    return 24;
}

SBE_ONE_DEF int64_t tadpole_envelope_timestamp_null_value(void)
{
    return SBE_NULLVALUE_INT64;
}

SBE_ONE_DEF int64_t tadpole_envelope_timestamp_min_value(void)
{
    return INT64_C(-9223372036854775807);
}

SBE_ONE_DEF int64_t tadpole_envelope_timestamp_max_value(void)
{
    return INT64_C(9223372036854775807);
}

SBE_ONE_DEF size_t tadpole_envelope_timestamp_encoding_length(void)
{
    return 8;
}

SBE_ONE_DEF int64_t tadpole_envelope_timestamp(
    const struct tadpole_envelope *const codec)
{
    int64_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 24, sizeof(int64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_64(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_timestamp(
    struct tadpole_envelope *const codec,
    const int64_t value)
{
    int64_t val = SBE_LITTLE_ENDIAN_ENCODE_64(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 24, &val, sizeof(int64_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_source_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_source_id(void)
{
    return 5;
}

SBE_ONE_DEF uint64_t tadpole_envelope_source_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_source_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_source_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_source_encoding_offset(void)
{
    return 32;
}

SBE_ONE_DEF uint16_t tadpole_envelope_source_null_value(void)
{
    return SBE_NULLVALUE_UINT16;
}

SBE_ONE_DEF uint16_t tadpole_envelope_source_min_value(void)
{
    return (uint16_t)0;
}

SBE_ONE_DEF uint16_t tadpole_envelope_source_max_value(void)
{
    return (uint16_t)65534;
}

SBE_ONE_DEF size_t tadpole_envelope_source_encoding_length(void)
{
    return 2;
}

SBE_ONE_DEF uint16_t tadpole_envelope_source(
    const struct tadpole_envelope *const codec)
{
    uint16_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 32, sizeof(uint16_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_16(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_source(
    struct tadpole_envelope *const codec,
    const uint16_t value)
{
    uint16_t val = SBE_LITTLE_ENDIAN_ENCODE_16(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 32, &val, sizeof(uint16_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_destination_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "optional";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_destination_id(void)
{
    return 6;
}

SBE_ONE_DEF uint64_t tadpole_envelope_destination_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_destination_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_destination_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_destination_encoding_offset(void)
{
    return 34;
}

SBE_ONE_DEF uint16_t tadpole_envelope_destination_null_value(void)
{
    return SBE_NULLVALUE_UINT16;
}

SBE_ONE_DEF uint16_t tadpole_envelope_destination_min_value(void)
{
    return (uint16_t)0;
}

SBE_ONE_DEF uint16_t tadpole_envelope_destination_max_value(void)
{
    return (uint16_t)65534;
}

SBE_ONE_DEF size_t tadpole_envelope_destination_encoding_length(void)
{
    return 2;
}

SBE_ONE_DEF uint16_t tadpole_envelope_destination(
    const struct tadpole_envelope *const codec)
{
    uint16_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 34, sizeof(uint16_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_16(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_destination(
    struct tadpole_envelope *const codec,
    const uint16_t value)
{
    uint16_t val = SBE_LITTLE_ENDIAN_ENCODE_16(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 34, &val, sizeof(uint16_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_messageType_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageType_id(void)
{
    return 7;
}

SBE_ONE_DEF uint64_t tadpole_envelope_messageType_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_messageType_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_messageType_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_messageType_encoding_offset(void)
{
    return 36;
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageType_null_value(void)
{
    return SBE_NULLVALUE_UINT16;
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageType_min_value(void)
{
    return (uint16_t)0;
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageType_max_value(void)
{
    return (uint16_t)65534;
}

SBE_ONE_DEF size_t tadpole_envelope_messageType_encoding_length(void)
{
    return 2;
}

SBE_ONE_DEF uint16_t tadpole_envelope_messageType(
    const struct tadpole_envelope *const codec)
{
    uint16_t val;
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(&val, codec->buffer + codec->offset + 36, sizeof(uint16_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return SBE_LITTLE_ENDIAN_ENCODE_16(val);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_messageType(
    struct tadpole_envelope *const codec,
    const uint16_t value)
{
    uint16_t val = SBE_LITTLE_ENDIAN_ENCODE_16(value);
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
    memcpy(codec->buffer + codec->offset + 36, &val, sizeof(uint16_t));
#if defined(__GNUG__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_schemaVersion_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_schemaVersion_id(void)
{
    return 8;
}

SBE_ONE_DEF uint64_t tadpole_envelope_schemaVersion_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_schemaVersion_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_schemaVersion_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_schemaVersion_encoding_offset(void)
{
    return 38;
}

SBE_ONE_DEF struct tadpole_semanticVersion *tadpole_envelope_schemaVersion(
    struct tadpole_envelope *const codec,
    struct tadpole_semanticVersion *const composite)
{
    return tadpole_semanticVersion_wrap(
        composite,
        codec->buffer,
        codec->offset + 38,
        codec->acting_version,
        codec->buffer_length);
}

SBE_ONE_DEF const char *tadpole_envelope_priority_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_priority_id(void)
{
    return 9;
}

SBE_ONE_DEF uint64_t tadpole_envelope_priority_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_priority_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_priority_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_priority_encoding_offset(void)
{
    return 42;
}

SBE_ONE_DEF size_t tadpole_envelope_priority_encoding_length(void)
{
    return 1;
}

SBE_ONE_DEF bool tadpole_envelope_priority(
    const struct tadpole_envelope *const codec,
    enum tadpole_priority *const out)
{
    uint8_t val;
    memcpy(&val, codec->buffer + codec->offset + 42, sizeof(uint8_t));

    return tadpole_priority_get((val), out);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_priority(
    struct tadpole_envelope *const codec,
    const enum tadpole_priority value)
{
    uint8_t val = (value);
    memcpy(codec->buffer + codec->offset + 42, &val, sizeof(uint8_t));

    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_deliveryGuarantee_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF uint16_t tadpole_envelope_deliveryGuarantee_id(void)
{
    return 10;
}

SBE_ONE_DEF uint64_t tadpole_envelope_deliveryGuarantee_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_deliveryGuarantee_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_deliveryGuarantee_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF size_t tadpole_envelope_deliveryGuarantee_encoding_offset(void)
{
    return 43;
}

SBE_ONE_DEF size_t tadpole_envelope_deliveryGuarantee_encoding_length(void)
{
    return 1;
}

SBE_ONE_DEF bool tadpole_envelope_deliveryGuarantee(
    const struct tadpole_envelope *const codec,
    enum tadpole_deliveryGuarantee *const out)
{
    uint8_t val;
    memcpy(&val, codec->buffer + codec->offset + 43, sizeof(uint8_t));

    return tadpole_deliveryGuarantee_get((val), out);
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_set_deliveryGuarantee(
    struct tadpole_envelope *const codec,
    const enum tadpole_deliveryGuarantee value)
{
    uint8_t val = (value);
    memcpy(codec->buffer + codec->offset + 43, &val, sizeof(uint8_t));

    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_payload_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF const char *tadpole_envelope_payload_character_encoding(void)
{
    return "null";
}

SBE_ONE_DEF uint64_t tadpole_envelope_payload_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_payload_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_payload_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF uint16_t tadpole_envelope_payload_id(void)
{
    return 11;
}

SBE_ONE_DEF uint64_t tadpole_envelope_payload_header_length(void)
{
    return 4;
}

SBE_ONE_DEF uint32_t tadpole_envelope_payload_length(
    const struct tadpole_envelope *const codec)
{
    uint32_t length;
    memcpy(&length, codec->buffer + tadpole_envelope_sbe_position(codec), sizeof(uint32_t));

    return SBE_LITTLE_ENDIAN_ENCODE_32(length);
}

SBE_ONE_DEF const char *tadpole_envelope_payload(
    struct tadpole_envelope *const codec)
{
    uint32_t length_field_value;
    memcpy(&length_field_value, codec->buffer + tadpole_envelope_sbe_position(codec), sizeof(uint32_t));
    const char *field_ptr = (codec->buffer + tadpole_envelope_sbe_position(codec) + 4);

    if (!tadpole_envelope_set_sbe_position(
        codec, tadpole_envelope_sbe_position(codec) + 4 + SBE_LITTLE_ENDIAN_ENCODE_32(length_field_value)))
    {
        return NULL;
    }

    return field_ptr;
}

SBE_ONE_DEF uint64_t tadpole_envelope_get_payload(
    struct tadpole_envelope *const codec,
    char *dst,
    const uint64_t length)
{
    uint64_t length_of_length_field = 4;
    uint64_t length_position = tadpole_envelope_sbe_position(codec);
    if (!tadpole_envelope_set_sbe_position(codec, length_position + length_of_length_field))
    {
        return 0;
    }

    uint32_t length_field_value;
    memcpy(&length_field_value, codec->buffer + length_position, sizeof(uint32_t));
    uint64_t data_length = SBE_LITTLE_ENDIAN_ENCODE_32(length_field_value);
    uint64_t bytes_to_copy = length < data_length ? length : data_length;
    uint64_t pos = tadpole_envelope_sbe_position(codec);

    if (!tadpole_envelope_set_sbe_position(codec, pos + data_length))
    {
        return 0;
    }

    memcpy(dst, codec->buffer + pos, bytes_to_copy);

    return bytes_to_copy;
}

SBE_ONE_DEF struct tadpole_envelope_string_view tadpole_envelope_get_payload_as_string_view(
    struct tadpole_envelope *const codec)
{
    uint32_t length_field_value = tadpole_envelope_payload_length(codec);
    const char *field_ptr = codec->buffer + tadpole_envelope_sbe_position(codec) + 4;
    if (!tadpole_envelope_set_sbe_position(
        codec, tadpole_envelope_sbe_position(codec) + 4 + length_field_value))
    {
        struct tadpole_envelope_string_view ret = {NULL, 0};
        return ret;
    }

    struct tadpole_envelope_string_view ret = {field_ptr, length_field_value};

    return ret;
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_put_payload(
    struct tadpole_envelope *const codec,
    const char *src,
    const uint32_t length)
{
    uint64_t length_of_length_field = 4;
    uint64_t length_position = tadpole_envelope_sbe_position(codec);
    uint32_t length_field_value = SBE_LITTLE_ENDIAN_ENCODE_32(length);
    if (!tadpole_envelope_set_sbe_position(codec, length_position + length_of_length_field))
    {
        return NULL;
    }

    memcpy(codec->buffer + length_position, &length_field_value, sizeof(uint32_t));
    uint64_t pos = tadpole_envelope_sbe_position(codec);

    if (!tadpole_envelope_set_sbe_position(codec, pos + length))
    {
        return NULL;
    }

    memcpy(codec->buffer + pos, src, length);

    return codec;
}

SBE_ONE_DEF const char *tadpole_envelope_metadata_meta_attribute(
    const enum tadpole_envelope_meta_attribute attribute)
{
    switch (attribute)
    {
        case tadpole_envelope_meta_attribute_EPOCH: return "";
        case tadpole_envelope_meta_attribute_TIME_UNIT: return "";
        case tadpole_envelope_meta_attribute_SEMANTIC_TYPE: return "";
        case tadpole_envelope_meta_attribute_PRESENCE: return "required";
    }

    return "";
}

SBE_ONE_DEF const char *tadpole_envelope_metadata_character_encoding(void)
{
    return "null";
}

SBE_ONE_DEF uint64_t tadpole_envelope_metadata_since_version(void)
{
    return 0;
}

SBE_ONE_DEF bool tadpole_envelope_metadata_in_acting_version(
    const struct tadpole_envelope *const codec)
{
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#endif
    return codec->acting_version >= tadpole_envelope_metadata_since_version();
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
}

SBE_ONE_DEF uint16_t tadpole_envelope_metadata_id(void)
{
    return 12;
}

SBE_ONE_DEF uint64_t tadpole_envelope_metadata_header_length(void)
{
    return 4;
}

SBE_ONE_DEF uint32_t tadpole_envelope_metadata_length(
    const struct tadpole_envelope *const codec)
{
    uint32_t length;
    memcpy(&length, codec->buffer + tadpole_envelope_sbe_position(codec), sizeof(uint32_t));

    return SBE_LITTLE_ENDIAN_ENCODE_32(length);
}

SBE_ONE_DEF const char *tadpole_envelope_metadata(
    struct tadpole_envelope *const codec)
{
    uint32_t length_field_value;
    memcpy(&length_field_value, codec->buffer + tadpole_envelope_sbe_position(codec), sizeof(uint32_t));
    const char *field_ptr = (codec->buffer + tadpole_envelope_sbe_position(codec) + 4);

    if (!tadpole_envelope_set_sbe_position(
        codec, tadpole_envelope_sbe_position(codec) + 4 + SBE_LITTLE_ENDIAN_ENCODE_32(length_field_value)))
    {
        return NULL;
    }

    return field_ptr;
}

SBE_ONE_DEF uint64_t tadpole_envelope_get_metadata(
    struct tadpole_envelope *const codec,
    char *dst,
    const uint64_t length)
{
    uint64_t length_of_length_field = 4;
    uint64_t length_position = tadpole_envelope_sbe_position(codec);
    if (!tadpole_envelope_set_sbe_position(codec, length_position + length_of_length_field))
    {
        return 0;
    }

    uint32_t length_field_value;
    memcpy(&length_field_value, codec->buffer + length_position, sizeof(uint32_t));
    uint64_t data_length = SBE_LITTLE_ENDIAN_ENCODE_32(length_field_value);
    uint64_t bytes_to_copy = length < data_length ? length : data_length;
    uint64_t pos = tadpole_envelope_sbe_position(codec);

    if (!tadpole_envelope_set_sbe_position(codec, pos + data_length))
    {
        return 0;
    }

    memcpy(dst, codec->buffer + pos, bytes_to_copy);

    return bytes_to_copy;
}

SBE_ONE_DEF struct tadpole_envelope_string_view tadpole_envelope_get_metadata_as_string_view(
    struct tadpole_envelope *const codec)
{
    uint32_t length_field_value = tadpole_envelope_metadata_length(codec);
    const char *field_ptr = codec->buffer + tadpole_envelope_sbe_position(codec) + 4;
    if (!tadpole_envelope_set_sbe_position(
        codec, tadpole_envelope_sbe_position(codec) + 4 + length_field_value))
    {
        struct tadpole_envelope_string_view ret = {NULL, 0};
        return ret;
    }

    struct tadpole_envelope_string_view ret = {field_ptr, length_field_value};

    return ret;
}

SBE_ONE_DEF struct tadpole_envelope *tadpole_envelope_put_metadata(
    struct tadpole_envelope *const codec,
    const char *src,
    const uint32_t length)
{
    uint64_t length_of_length_field = 4;
    uint64_t length_position = tadpole_envelope_sbe_position(codec);
    uint32_t length_field_value = SBE_LITTLE_ENDIAN_ENCODE_32(length);
    if (!tadpole_envelope_set_sbe_position(codec, length_position + length_of_length_field))
    {
        return NULL;
    }

    memcpy(codec->buffer + length_position, &length_field_value, sizeof(uint32_t));
    uint64_t pos = tadpole_envelope_sbe_position(codec);

    if (!tadpole_envelope_set_sbe_position(codec, pos + length))
    {
        return NULL;
    }

    memcpy(codec->buffer + pos, src, length);

    return codec;
}

#endif
