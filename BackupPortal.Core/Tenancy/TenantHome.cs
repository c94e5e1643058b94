namespace BackupPortal.Core.Tenancy;

/// <summary>A tenant's folder under the data root, and the places in it. Creates nothing.</summary>
public sealed record TenantHome(string Path)
{
    /// <summary>Whether there is no file: an attempt to add a tenant may have left folders.</summary>
    public bool IsEmpty() => !File.Exists(Path) && (!Directory.Exists(Path) || !Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Any());

    /// <summary>Where live data is by default.</summary>
    public string DefaultDatabase => System.IO.Path.Combine(Path, "app.db");

    public string DefaultFiles => System.IO.Path.Combine(Path, "files");

    /// <summary>The tenant's repository.</summary>
    public string Repository => System.IO.Path.Combine(Path, "backups");

    /// <summary>Staging and caches; always safe to delete when nothing runs.</summary>
    public string Scratch => System.IO.Path.Combine(Path, "scratch");

    /// <summary>Journals of restores and what they keep until they are done; never deleted by hand.</summary>
    public string Restores => System.IO.Path.Combine(Path, "restores");

    /// <summary>Local copies: snapshots as ZIP files, to be taken elsewhere.</summary>
    public string Copies => System.IO.Path.Combine(Path, "copies");

    /// <summary>Exports that wait to be downloaded, and are deleted after a while.</summary>
    public string Exports => System.IO.Path.Combine(Path, "exports");

    /// <summary>What comes in from outside, piece by piece, until it is imported or given up.</summary>
    public string Uploads => System.IO.Path.Combine(Path, "uploads");

    /// <summary>What waits to be told to the tenant's webhook.</summary>
    public string Webhooks => System.IO.Path.Combine(Path, "webhooks");

    /// <summary>Present while the tenant is in maintenance mode.</summary>
    public string MaintenanceFile => System.IO.Path.Combine(Path, "maintenance.json");

    /// <summary>Another one each time that users were locked out for an operation.</summary>
    public string LastLockOutFile => System.IO.Path.Combine(Path, "last-lock-out");

    /// <summary>Present while a restore counts down to maintenance mode.</summary>
    public string AnnouncementFile => System.IO.Path.Combine(Path, "announcement.json");
}
