namespace BackupPortal.Tests.Repository;

/// <summary>Changes bytes as a seed says, with a liking for numbers that are far too large.</summary>
internal static class Mutation
{
    private static readonly byte[][] numbers =
    [
        [0], [1], [0x7F], [0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0x07], [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0xFE, 0xFF, 0xFF, 0xFF, 0x0F],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    public static byte[] Of(byte[] whole, int seed)
    {
        var random = new Random(seed);
        var bytes = whole;
        for (var i = random.Next(3); i >= 0; i--)
        {
            var at = random.Next(bytes.Length);
            var number = numbers[random.Next(numbers.Length)];
            bytes = random.Next(5) switch
            {
                0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], .. number, .. bytes[(at + 1)..]],
                2 => [.. bytes[..at], .. number, .. bytes[at..]],
                3 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(40))..], 0],
                _ => [.. bytes[..at], .. bytes[Math.Max(0, at - random.Next(40))..]],
            };
        }
        return bytes;
    }
}
