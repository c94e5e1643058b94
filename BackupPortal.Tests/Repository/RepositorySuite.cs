namespace BackupPortal.Tests.Repository;

/// <summary>Tests of what is true of a plain repository and of an encrypted one.</summary>
public abstract class RepositorySuite : IDisposable
{
    private protected readonly TestFolder folder = new();

    protected RepositorySuite(bool isEncrypted)
    {
        if (isEncrypted)
            RepositoryRig.Encrypt(folder);
    }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
