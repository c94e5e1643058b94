namespace BackupPortal.Core.Encryption;

/// <summary>When new objects of a repository are encrypted.</summary>
internal enum EncryptionPolicy
{
    /// <summary>When it has a data key, so that what once was encrypted never goes on in plain by itself.</summary>
    WhenKeyed,

    Always,

    /// <summary>Only because somebody said so.</summary>
    Never,
}
