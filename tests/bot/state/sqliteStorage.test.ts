import { openDatabase } from '../../../cards/delivery/store/sqlite/database.ts';
import { GroupCommit } from '../../../cards/delivery/store/sqlite/groupCommit.ts';
import { SqliteStorage } from '../../../cards/delivery/store/sqlite/sqliteStorage.ts';
import { storageContract } from './storageContract.ts';

storageContract('SQLite', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.close());
  return new SqliteStorage(db, new GroupCommit(db));
});
