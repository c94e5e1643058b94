using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace BackupPortal.Core.Catalog;

/// <summary>Keeps instants as UTC, in a form that SQLite compares and sorts rightly.</summary>
internal sealed class UtcInstantConverter() : ValueConverter<DateTimeOffset, DateTime>(
    instant => instant.UtcDateTime,
    utc => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)));
