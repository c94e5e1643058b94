using System.Buffers;

namespace BackupPortal.Core.Import.Sql;

/// <summary>Parts SQL as text into statements, as SQLite does, with no more in memory than the longest of them.</summary>
internal sealed class SqlStatements(Stream text, WorkLimits limits)
{
    /// <summary>A value of the largest size that is taken, written in hexadecimal, and what stands around it.</summary>
    private const int LongestBytes = (2 * UntrustedDatabase.LargestValueBytes) + 1_000_000;

    private const int FirstBufferBytes = 1 << 20;

    private static readonly SearchValues<byte> Breaks = SearchValues.Create("'\"`[-/;"u8);

    private byte[] buffer = new byte[FirstBufferBytes];
    private int begin;
    private int end;
    private bool isEnded;

    // Of the statement that is being looked at: where it ends, and what was there before the zero.
    private int pending;
    private int pendingLines;
    private byte held;
    private bool isPending;

    /// <summary>Line on which the last statement began, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The next statement with its semicolon and a zero byte behind it; valid until the next call.</summary>
    /// <returns>False when there is no other.</returns>
    /// <exception cref="UnfitFileException">It is no text, it is too long, or it ends in the middle of a statement.</exception>
    public bool TryRead(out ReadOnlySpan<byte> statement)
    {
        SkipSpace();
        statement = default;
        if (begin == end)
            return false;
        if (buffer[begin] == '.')
            throw ImportText.UnfitWith("SqlDotCommand", "SqlHint", ImportText.Number(Line));
        var length = FindEnd();
        // The zero takes the place of what follows for the moment that the statement is looked at.
        pendingLines = buffer.AsSpan(begin, length).Count((byte)'\n');
        pending = begin + length;
        held = buffer[pending];
        buffer[pending] = 0;
        statement = buffer.AsSpan(begin, length + 1);
        isPending = true;
        return true;
    }

    private void SkipSpace()
    {
        if (isPending)
        {
            buffer[pending] = held;
            Line += pendingLines;
            begin = pending;
            isPending = false;
            if (begin > buffer.Length / 2)
                MakeRoom();
        }
        while (Has(begin + 1))
        {
            var one = buffer[begin];
            if (IsComment(begin))
                SkipComment(isLine: one == '-');
            else if (one is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or (byte)';')
                SkipTo(begin + 1);
            else
                return;
        }
    }

    // Never kept: it may be longer than anything that is.
    private void SkipComment(bool isLine)
    {
        SkipTo(begin + 2);
        while (Has(begin + (isLine ? 1 : 2)))
        {
            var found = isLine ? buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n') + 1 : buffer.AsSpan(begin, end - begin).IndexOf("*/"u8) + 2;
            if (found >= (isLine ? 1 : 2))
            {
                SkipTo(begin + found);
                return;
            }
            // Its end may be half here.
            SkipTo(isLine ? end : end - 1);
        }
        SkipTo(end);
    }

    private void SkipTo(int next)
    {
        Line += buffer.AsSpan(begin, next - begin).Count((byte)'\n');
        begin = next;
        if (begin > buffer.Length / 2)
            MakeRoom();
    }

    /// <summary>Length of the statement that begins where reading is.</summary>
    private int FindEnd()
    {
        var trigger = default(TriggerBody);
        var at = begin;
        while (Has(at + 1))
        {
            if (!trigger.Matters)
            {
                var found = buffer.AsSpan(at, end - at).IndexOfAny(Breaks);
                at = found < 0 ? end : at + found;
                if (found < 0)
                    continue;
            }
            var here = buffer[at];
            if (here == ';' && trigger.EndsAtSemicolon())
                return at + 1 - begin;
            if (trigger.Matters && TriggerBody.IsOfWord(here))
                at = FindEndOfWord(at, ref trigger);
            else if (IsComment(at))
                at = FindEndOfComment(at);
            else
            {
                trigger.SawOther(here);
                at = here switch
                {
                    (byte)'\'' or (byte)'"' or (byte)'`' => FindAfter(at + 1, here),
                    (byte)'[' => FindAfter(at + 1, (byte)']'),
                    _ => at + 1,
                };
            }
        }
        throw ImportText.Unfit("SqlCutOff", ImportText.Number(Line));
    }

    private int FindEndOfWord(int at, ref TriggerBody trigger)
    {
        var first = at - begin;
        while (Has(at + 1) && TriggerBody.IsOfWord(buffer[at]))
            at++;
        trigger.SawWord(buffer.AsSpan(begin + first, at - begin - first));
        return at;
    }

    private bool IsComment(int at) => Has(at + 2) && (buffer[at], buffer[at + 1]) is ((byte)'-', (byte)'-') or ((byte)'/', (byte)'*');

    private int FindEndOfComment(int at)
    {
        if (buffer[at] == '-')
            return FindAfterOrEnd(at, (byte)'\n');
        for (at += 2; ;)
        {
            at = FindAfterOrEnd(at, (byte)'*');
            if (!Has(at + 1) || buffer[at] == '/')
                return Math.Min(at + 1, end);
        }
    }

    // A quote that is doubled inside a text ends one and begins the next, which comes to the same.
    private int FindAfter(int at, byte wanted)
    {
        var found = FindAfterOrEnd(at, wanted);
        return buffer[found - 1] == wanted && found > at ? found : throw ImportText.Unfit("SqlCutOff", ImportText.Number(Line));
    }

    private int FindAfterOrEnd(int at, byte wanted)
    {
        while (Has(at + 1))
        {
            var found = buffer.AsSpan(at, end - at).IndexOf(wanted);
            if (found >= 0)
                return at + found + 1;
            at = end;
        }
        return end;
    }

    /// <summary>Makes bytes up to a place in the buffer available; false when the text ends before. Places stay as they are.</summary>
    private bool Has(int upTo)
    {
        while (upTo > end && !isEnded)
            Fill();
        return upTo <= end;
    }

    private void Fill()
    {
        limits.ThrowIfOverdue();
        if (end + 1 >= buffer.Length)
        {
            if (buffer.Length >= LongestBytes)
                throw ImportText.Unfit("SqlTooLong", ImportText.Number(Line));
            Array.Resize(ref buffer, (int)Math.Min(LongestBytes, 2L * buffer.Length));
        }
        // One byte stays free for the zero at the end.
        var read = text.Read(buffer.AsSpan(end, buffer.Length - end - 1));
        isEnded = read == 0;
        if (buffer.AsSpan(end, read).Contains((byte)0))
            throw ImportText.Unfit("SqlBinary", ImportText.Number(Line));
        end += read;
    }

    private void MakeRoom()
    {
        if (begin == 0)
            return;
        buffer.AsSpan(begin, end - begin).CopyTo(buffer);
        (begin, end) = (0, end - begin);
    }
}
