namespace BackupPortal.Tests.Repository;

// What is true of a plain repository is true of an encrypted one.
public sealed class EncryptedContentRoundTripTests() : ContentRoundTripTests(isEncrypted: true);

public sealed class EncryptedDamageTests() : DamageTests(isEncrypted: true);

public sealed class EncryptedEveryByteTests() : EveryByteTests(isEncrypted: true);

public sealed class EncryptedDatabaseRoundTripTests() : DatabaseRoundTripTests(isEncrypted: true);

public sealed class EncryptedFaultTests() : FaultTests(isEncrypted: true);

public sealed class EncryptedPreviousSnapshotTests() : PreviousSnapshotTests(isEncrypted: true);
