import { Database } from '@mesh-platform/postgres-kit';
import { Inject, Injectable } from '@nestjs/common';

// One statement: greetings that are given at once are each counted.
const GIVE = `
  INSERT INTO greetings (version, given) VALUES ($1, 1)
  ON CONFLICT (version) DO UPDATE SET given = greetings.given + 1
  RETURNING given`;

@Injectable()
export class GreetingsRepository {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Counts another greeting of a version, and gives how many there are with it. @throws QueryError */
  async give(version: string): Promise<number> {
    const [row] = await this.database.query<{ given: string }>('greetings.give', GIVE, [version]); // a bigint comes as text
    return Number(row?.given);
  }
}
