using System.ComponentModel.DataAnnotations;

namespace BackupPortal.Api;

/// <summary>How many things a page of a list may have.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ApiLimitAttribute() : RangeAttribute(1, ApiCursor.Most);
